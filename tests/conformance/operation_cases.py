# ruff: noqa: D103 - what a case shows is said in its decorator
"""Operations: what is sent for each, in which order, and for how long its id is taken."""

import json

from tests.conformance.case import Level, Target, case
from tests.conformance.conversation import LAST, Conversation, Failed, expect

MUST, SHOULD = Level

NAMED = "query A { a: __typename } query B { b: __typename }"
INVALID = {"syntax": "query {", "validation": "{ thereIsNoSuchFieldAnywhere }"}


@case(MUST, "A query is one Next, then Complete.")
async def a_query_is_one_result(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.query, id="q")
        payload = await client.result("q")
        expect(isinstance(payload.get("data"), dict), f"no data: {payload}")
        await client.still_works(target.query)


@case(MUST, "A mutation is one Next, then Complete.", needs=["mutation"])
async def a_mutation_is_one_result(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.mutation)
        payload = await client.result()
        expect(payload.get("data"), f"no data: {payload}")


@case(MUST, "The results of a subscription are Next messages; after all of them comes Complete.", needs=["finite"])
async def a_subscription_is_its_results_and_complete(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.finite)
        heard = await client.last_words()
        types = [message["type"] for message in heard]
        expect(types[-1] == "complete" and set(types[:-1]) == {"next"}, f"heard: {heard}")
        expect(len(types) > 2, "no two events")
        await client.still_works(target.query)


@case(MUST, "The optional members of Subscribe may be null.")
async def optional_members_may_be_null(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.query, operationName=None, variables=None, extensions=None)
        await client.result()
        client.subscribe(target.query, variables={}, extensions={})
        await client.result()


@case(MUST, "operationName chooses the operation of the document.")
async def the_operation_name_chooses(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(NAMED, operationName="B")
        expect((await client.result())["data"].keys() == {"b"}, "another operation")


@case(MUST, "Variables reach the operation.")
async def variables_reach_the_operation(target: Target) -> None:
    async with target.dial() as client:
        query = "query ($yes: Boolean!) { a: __typename @include(if: $yes) b: __typename }"
        for yes, names in ((True, {"a", "b"}), (False, {"b"})):
            client.subscribe(query, variables={"yes": yes})
            expect((await client.result())["data"].keys() == names, "the variable has no effect")


def _add_invalid(name: str, query: str) -> None:
    async def check(target: Target) -> None:
        async with target.dial() as client:
            client.subscribe(query)
            await client.refusal()
            await client.still_works(target.query)

    check.__name__ = f"a_document_with_an_error_of_{name}_is_an_error"
    case(MUST, f"Errors before execution are an Error, no Complete follows, the connection goes on: {name}.")(check)


for _name, _query in INVALID.items():
    _add_invalid(_name, _query)


@case(MUST, "An operation that the document does not have is an Error.")
async def an_unknown_operation_name_is_an_error(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(NAMED, operationName="C")
        await client.refusal()
        client.subscribe(NAMED)
        await client.refusal()


@case(MUST, "Variables that do not fit are an Error, or a result with errors.")
async def variables_that_do_not_fit_are_errors(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe("query ($yes: Boolean!) { __typename @include(if: $yes) }", variables={"yes": "maybe"})
        heard = await client.last_words()
        is_error = heard[0]["type"] == "error" or heard[0]["payload"].get("errors")
        expect(is_error, f"heard: {heard}")
        await client.still_works(target.query)


@case(MUST, "Errors of execution are part of the result: Next, then Complete.", needs=["failing"])
async def errors_of_execution_are_in_the_result(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.failing)
        payload = await client.result()
        expect(payload.get("errors") and "data" in payload, f"payload: {payload}")


@case(MUST, "An Error after results ends the operation; no Complete follows.", needs=["breaking"])
async def an_error_after_results_ends_the_operation(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.breaking)
        heard = await client.last_words()
        expect([message["type"] for message in heard] == ["next", "error"], f"heard: {heard}")
        await client.still_works(target.query)


@case(MUST, "An id may be used again after the Complete, or the Error, of the server.")
async def an_id_is_free_after_the_end(target: Target) -> None:
    async with target.dial() as client:
        for _ in range(3):
            client.subscribe(target.query, id="again")
            await client.result("again")
            client.subscribe(INVALID["validation"], id="again")
            await client.refusal("again")


@case(MUST, "Once a client completes an operation, it is free to re-use that id.", needs=["open"])
async def an_id_is_free_after_the_client_s_complete(target: Target) -> None:
    async with target.dial() as client:
        for _ in range(3):
            client.subscribe(target.open, id="again")
            client.say(type="complete", id="again")
        await client.until_pong()
        client.subscribe(target.query, id="again")
        await client.result("again")


async def _is_taken(client: Conversation, target: Target, id: str, query: str) -> str:
    client.subscribe(target.open, id=id)
    client.subscribe(query, id=id)
    return (await client.closed({4409})).reason


@case(MUST, "An id of an active subscriber: the socket is closed with 4409.", needs=["open"])
async def an_id_in_use_is_4409(target: Target) -> None:
    async with target.dial() as client:
        await _is_taken(client, target, "x", target.open)


@case(MUST, "… regardless of the operation type.", needs=["open"])
async def an_id_in_use_is_4409_for_a_query_too(target: Target) -> None:
    async with target.dial() as client:
        await _is_taken(client, target, "x", target.query)


@case(MUST, "The event is `4409: Subscriber for <unique-operation-id> already exists`.", needs=["open"])
async def the_reason_of_4409_names_the_id(target: Target) -> None:
    async with target.dial() as client:
        reason = await _is_taken(client, target, "an-id", target.open)
        expect(reason == "Subscriber for an-id already exists", f"the reason is {reason!r}")


@case(MUST, "Even where the id is longer than a close frame (RFC 6455, 5.5).", needs=["open"])
async def a_long_id_in_use_is_4409(target: Target) -> None:
    async with target.dial() as client:
        await _is_taken(client, target, "é" * 100, target.open)


@case(MUST, "Ids are texts: they come back as they were.")
async def an_odd_id_comes_back_as_it_was(target: Target) -> None:
    async with target.dial() as client:
        for odd in ('é"\\\n\u2028\u0000', "𝄞", " ", "00000000-0000-4000-8000-000000000000", "x" * 200):
            client.subscribe(target.query, id=odd)
            await client.result(odd)


@case(SHOULD, "A very long id is taken, or refused with 4400; it tears nothing.")
async def a_very_long_id_is_taken_or_refused(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.query, id="x" * 10_000)
        try:
            await client.result("x" * 10_000)
        except Failed:
            await client.closed({4400})


@case(MUST, "Connections do not share ids.", needs=["open"])
async def connections_do_not_share_ids(target: Target) -> None:
    async with target.dial() as one, target.dial() as other:
        one.subscribe(target.open, id="same")
        await one.until_pong()
        other.subscribe(target.query, id="same")
        await other.result("same")
        await one.until_pong()


@case(SHOULD, "After the Complete of a client no further events are sent for its operation.", needs=["steady"])
async def complete_stops_the_events(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.steady, id="stop me")
        expect((await client.hear())["type"] == "next", "no event")
        client.say(type="complete", id="stop me")
        crossed = await client.until_pong()
        expect(not [each for each in crossed if each["type"] in LAST], f"an end after the end: {crossed[-3:]}")
        await client.still_works(target.query)


@case(MUST, "Complete for an unknown id, or for one that is completed, is ignored.")
async def complete_of_what_is_over_is_ignored(target: Target) -> None:
    async with target.dial() as client:
        client.say(type="complete", id="never used")
        client.subscribe(target.query)
        await client.result()
        client.say(type="complete", id="1")
        client.say(type="complete", id="1")
        client.subscribe(INVALID["validation"])
        await client.refusal()
        client.say(type="complete", id="1")
        await client.still_works(target.query)


@case(MUST, "Complete may cross the result of a query: then at most that result is sent, and the id is free.")
async def complete_may_cross_the_result(target: Target) -> None:
    async with target.dial() as client:
        for _ in range(20):
            client.subscribe(target.query, id="crossing")
            client.say(type="complete", id="crossing")
            types = [message["type"] for message in await client.until_pong()]
            expect(types in ([], ["next"], ["next", "complete"]), f"heard: {types}")
        client.subscribe(target.query, id="crossing")
        await client.result("crossing")


@case(SHOULD, "A result is not sent once its client has completed the operation before.", needs=["open"])
async def an_operation_completed_at_once_sends_nothing(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.open, id="never mind")
        client.say(type="complete", id="never mind")
        heard = await client.until_pong()
        expect(not [each for each in heard if each["type"] in LAST], f"heard: {heard}")
        await client.still_works(target.query)


@case(MUST, "Operations with their own ids can be active at any time, interleaved.")
async def operations_run_side_by_side(target: Target) -> None:
    async with target.dial() as client:
        ids = [str(number) for number in range(30)]
        for each in ids:
            client.subscribe(target.query, id=each)
        heard: dict[str, list[str]] = {each: [] for each in ids}
        while any(not types or types[-1] != "complete" for types in heard.values()):
            message = await client.hear()
            expect(message.get("id") in heard, f"of no operation: {message}")
            heard[message["id"]].append(message["type"])
        expect(all(types == ["next", "complete"] for types in heard.values()), f"heard: {json.dumps(heard)}")


@case(MUST, "Queries and mutations run beside subscriptions; pings are answered meanwhile.", needs=["open"])
async def queries_run_beside_a_subscription(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.open, id="open")
        await client.until_pong()
        for _ in range(3):
            client.subscribe(target.query, id="beside")
            heard = [await client.hear()]
            while heard[-1]["id"] != "beside" or heard[-1]["type"] not in LAST:
                heard.append(await client.hear())
            beside = [message["type"] for message in heard if message["id"] == "beside"]
            expect(beside == ["next", "complete"], f"heard: {beside}")
            await client.until_pong()


@case(MUST, "A refused operation leaves the others of its connection as they are.", needs=["finite"])
async def a_refused_operation_disturbs_no_other(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.finite, id="good")
        client.subscribe(INVALID["validation"], id="bad")
        heard: dict[str, list[str]] = {"good": [], "bad": []}
        while not all(types and types[-1] in LAST for types in heard.values()):
            message = await client.hear()
            heard[message["id"]].append(message["type"])
        expect(heard["bad"] == ["error"], f"heard: {heard}")
        expect(heard["good"][-1] == "complete" and set(heard["good"][:-1]) == {"next"}, f"heard: {heard}")


@case(MUST, "A message of the server has only the members that its type has.", needs=["finite"])
async def messages_have_the_form_of_their_types(target: Target) -> None:
    members = {"next": {"id", "type", "payload"}, "complete": {"id", "type"}, "error": {"id", "type", "payload"}}
    async with target.dial() as client:
        for query in (target.finite, target.query, INVALID["validation"]):
            client.subscribe(query)
            for message in await client.last_words():
                expect(message.keys() == members[message["type"]], f"message: {message}")
                is_result = message["type"] != "next" or message["payload"].keys() <= {"data", "errors", "extensions"}
                expect(is_result, f"no result: {message}")
