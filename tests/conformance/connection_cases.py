# ruff: noqa: D103 - what a case shows is said in its decorator
"""The handshake, the initialisation of a connection, pings, and its end."""

import asyncio
import json
from contextlib import suppress

from tests.conformance.case import SUBPROTOCOL, Level, Target, case
from tests.conformance.conversation import Failed, expect
from tests.conformance.raw_socket import CLOSE, PING, PONG, Refused, Torn, frame

MUST, SHOULD = Level

# After these, graphql-ws connects again. Others below 2000 are final for it.
RETRIED = {1000, 1001, 1005, 1006, 1012, 1013, 1014, 4403, 4408}


@case(MUST, "The WebSocket sub-protocol for this specification is graphql-transport-ws.")
async def the_subprotocol_is_chosen(target: Target) -> None:
    async with target.dial(init=False) as client:
        expect(client.socket.subprotocol == SUBPROTOCOL, f"chosen: {client.socket.subprotocol}")


@case(MUST, "Among several sub-protocols the server chooses this one.")
async def the_subprotocol_is_chosen_among_others(target: Target) -> None:
    async with target.dial(subprotocols=("soap", "graphql-transport-ws-2", SUBPROTOCOL)) as client:
        expect(client.socket.subprotocol == SUBPROTOCOL, f"chosen: {client.socket.subprotocol}")
        await client.still_works(target.query)


async def _is_not_acceptable(target: Target, *subprotocols: str) -> None:
    with suppress(Refused):
        async with target.dial(init=False, subprotocols=subprotocols) as client:
            await client.closed({4406, 1002})


@case(SHOULD, "A client that speaks another sub-protocol is closed with 4406, or its handshake is refused.")
async def another_subprotocol_is_not_acceptable(target: Target) -> None:
    await _is_not_acceptable(target, "soap")


@case(SHOULD, "A client that names no sub-protocol is closed with 4406, or its handshake is refused.")
async def no_subprotocol_is_not_acceptable(target: Target) -> None:
    await _is_not_acceptable(target)


@case(SHOULD, "What a client sends before the handshake is answered does no harm.")
async def frames_before_the_answer_to_the_handshake_are_harmless(target: Target) -> None:
    early = frame(json.dumps({"type": "connection_init", "payload": target.init}).encode())
    with suppress(Refused, Torn):
        async with target.dial(init=False, early=early), target.dial() as other:
            await other.still_works(target.query)


@case(MUST, "ConnectionAck is the expected response to ConnectionInit.")
async def an_initialisation_is_acknowledged(target: Target) -> None:
    async with target.dial() as client:
        await client.still_works(target.query)


@case(MUST, "The server sends nothing before ConnectionInit but pings.")
async def the_client_speaks_first(target: Target) -> None:
    async with target.dial(init=False) as client:
        target.begin(client)
        await client.hear_ack()


@case(MUST, "The payload of ConnectionInit is an object, null, or left out.")
async def the_payload_of_an_initialisation_may_be_null_or_empty(target: Target) -> None:
    if target.init:
        return  # this server needs more
    for payload in (None, {}, {"any": ["thing", {"at": 1}]}):
        async with target.dial(init=False) as client:
            client.say(type="connection_init", payload=payload)
            await client.hear_ack()


@case(MUST, "More than one ConnectionInit: the socket is closed with 4429.")
async def a_second_initialisation_is_4429(target: Target) -> None:
    async with target.dial() as client:
        target.begin(client)
        await client.closed({4429})


@case(MUST, "More than one ConnectionInit at any given time: also before the first is acknowledged.")
async def a_second_initialisation_at_once_is_4429(target: Target) -> None:
    async with target.dial(init=False) as client:
        target.begin(client)
        target.begin(client)
        await client.closed({4429})


@case(MUST, "Subscribe before the connection is acknowledged: the socket is closed with 4401.")
async def an_operation_before_the_initialisation_is_4401(target: Target) -> None:
    async with target.dial(init=False) as client:
        client.subscribe(target.query)
        await client.closed({4401})


@case(MUST, "Subscribe right behind ConnectionInit runs after the acknowledgement, or closes with 4401.")
async def an_operation_behind_the_initialisation_is_run_or_4401(target: Target) -> None:
    async with target.dial(init=False) as client:
        target.begin(client)
        client.subscribe(target.query)
        try:
            await client.hear_ack()
            await client.result()
        except Failed:
            await client.closed({4401})


@case(MUST, "No ConnectionInit within the waiting time: the socket is closed with 4408.", needs=["init_seconds"])
async def no_initialisation_in_time_is_4408(target: Target) -> None:
    async with target.dial(init=False) as client:
        await client.closed({4408})


@case(MUST, "The waiting time is for ConnectionInit: pings do not extend it.", needs=["init_seconds"])
async def pings_do_not_extend_the_time_for_the_initialisation(target: Target) -> None:
    async with target.dial(init=False) as client:
        await client.until_pong()
        ending = asyncio.create_task(client.closed({4408}))
        for _ in range(8):
            await asyncio.sleep(target.init_seconds / 4)
            if not client.socket.is_closing:
                client.say(type="ping")
        await ending


@case(MUST, "Who may not connect is closed with 4403, or 4401.", needs=["refused_init"])
async def a_refused_initialisation_is_4403_or_4401(target: Target) -> None:
    async with target.dial(init=False) as client:
        client.say(type="connection_init", payload=target.refused_init)
        await client.closed({4401, 4403})


@case(MUST, "A Pong must be sent in response to a Ping.")
async def a_ping_is_answered(target: Target) -> None:
    async with target.dial() as client:
        expect(await client.until_pong() == [], "more than a pong")


@case(MUST, "A Ping can be sent at any time within the established socket.")
async def a_ping_before_the_initialisation_is_answered(target: Target) -> None:
    async with target.dial(init=False) as client:
        await client.until_pong()
        target.begin(client)
        await client.hear_ack()


@case(MUST, "The payload of a Ping is an object, null, or left out.")
async def a_ping_may_have_any_payload_that_is_an_object(target: Target) -> None:
    async with target.dial() as client:
        for payload in (None, {}, {"at": 1, "deep": [{"é": None}]}):
            client.say(type="ping", payload=payload)
            expect((await client.hear())["type"] == "pong", "no pong")


@case(SHOULD, "A Pong has the payload of its Ping.")
async def a_pong_has_the_payload_of_its_ping(target: Target) -> None:
    async with target.dial() as client:
        client.say(type="ping", payload={"at": 1})
        message = await client.hear()
        expect(message.get("payload") == {"at": 1}, f"pong: {message}")


@case(MUST, "Pings are answered in their order, each once.")
async def each_ping_is_answered_once(target: Target) -> None:
    async with target.dial() as client:
        for number in range(20):
            client.say(type="ping", payload={"number": number})
        heard = [await client.hear() for _ in range(20)]
        expect({message["type"] for message in heard} == {"pong"}, f"heard: {heard}")
        await client.still_works(target.query)


@case(MUST, "A Pong may be sent unsolicited.")
async def an_unsolicited_pong_is_no_error(target: Target) -> None:
    async with target.dial(init=False) as client:
        client.say(type="pong")
        target.begin(client)
        await client.hear_ack()
        client.say(type="pong", payload={"any": 1})
        client.say(type="pong", payload=None)
        await client.still_works(target.query)


@case(MUST, "A Ping frame is answered by a Pong frame with its data (RFC 6455, 5.5.3).")
async def a_ping_frame_is_answered_by_a_pong_frame(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b"\x00any data", opcode=PING)
        while (received := await client.socket.frame()).opcode != PONG:
            pass
        expect(received.payload == b"\x00any data", f"pong frame: {received}")


@case(MUST, "A Pong frame may be unsolicited (RFC 6455, 5.5.3).")
async def an_unsolicited_pong_frame_is_no_error(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b"", opcode=PONG)
        await client.still_works(target.query)


@case(
    MUST,
    "A missed ping drops the connection, or closes it with a code that clients retry.",
    needs=["ping_seconds", "open"],
)
async def a_missed_ping_closes_with_a_code_that_is_retried(target: Target) -> None:
    async with target.dial() as client:
        client.socket.answers_pings = False
        client.subscribe(target.open)
        try:
            await client.closed(RETRIED)
        except Failed as failure:
            expect(isinstance(failure.__cause__, Torn), f"clients do not connect again: {failure}")


@case(MUST, "A client that answers pings stays.", needs=["ping_seconds", "open"])
async def a_client_that_answers_pings_stays(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.open)
        with suppress(TimeoutError):
            async with asyncio.timeout(target.ping_seconds * 2):
                await client.end()
                raise Failed("the server has closed the connection")
        expect(client.socket.pings >= 2, "the server sends no pings")


@case(MUST, "The client closes the socket by 1000; the server answers with the same (RFC 6455, 5.5.1).")
async def a_close_is_answered(target: Target) -> None:
    for code in (1000, 1001, 4999):
        async with target.dial() as client:
            client.socket.close(code, "bye")
            end = await client.end()
            expect(end.code == code, f"answered with {end.code}")


@case(MUST, "The client may close while operations run.", needs=["open"])
async def a_close_with_open_operations_is_answered(target: Target) -> None:
    async with target.dial() as client:
        for number in range(5):
            client.subscribe(target.open, id=str(number))
        await client.until_pong()
        client.socket.close(1000)
        expect((await client.end()).code == 1000, "another code")


@case(SHOULD, "A close frame without a code is answered by one (RFC 6455, 5.5.1).")
async def a_close_without_a_code_is_answered(target: Target) -> None:
    async with target.dial() as client:
        client.socket.is_closing = True
        client.socket.send(b"", opcode=CLOSE)
        expect((await client.end()).code in {1000, 1005}, "another code")
