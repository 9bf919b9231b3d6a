# ruff: noqa: D103 - what a case shows is said in its decorator
"""Messages that are none, and frames that break RFC 6455: the code that each is closed with."""

import json
from collections.abc import Mapping

from tests.conformance.case import Check, Level, Target, case
from tests.conformance.conversation import Failed, expect
from tests.conformance.raw_socket import BINARY, CLOSE, CONTINUATION, PING, TEXT, frame

MUST, SHOULD = Level

_SUBSCRIBE = {"type": "subscribe", "id": "1"}

INVALID: Mapping[str, object] = {
    "text_that_is_no_json": "hello",
    "an_empty_text": "",
    "json_that_is_a_number": "5",
    "json_that_is_null": "null",
    "json_that_is_a_list": "[]",
    "json_that_is_a_string": '"ping"',
    "two_messages_in_one": '{"type":"ping"}{"type":"ping"}',
    "no_type": {},
    "an_unknown_type": {"type": "stop"},
    "a_type_that_is_no_string": {"type": ["ping"]},
    "a_type_of_the_server_s": {"type": "connection_ack"},
    "a_next_of_the_client_s": {"type": "next", "id": "1", "payload": {"data": None}},
    "an_error_of_the_client_s": {"type": "error", "id": "1", "payload": []},
    "a_start_of_the_older_protocol": {"type": "start", "id": "1", "payload": {"query": "{ __typename }"}},
    "a_ping_whose_payload_is_a_list": {"type": "ping", "payload": []},
    "a_pong_whose_payload_is_a_string": {"type": "pong", "payload": "x"},
    "a_subscribe_without_an_id": {"type": "subscribe", "payload": {"query": "{ __typename }"}},
    "an_id_that_is_a_number": {"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}},
    "an_id_that_is_null": {"type": "subscribe", "id": None, "payload": {"query": "{ __typename }"}},
    "an_id_that_is_empty": {"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}},
    "a_subscribe_without_a_payload": _SUBSCRIBE,
    "a_payload_that_is_a_string": {**_SUBSCRIBE, "payload": "{ __typename }"},
    "a_payload_that_is_a_list": {**_SUBSCRIBE, "payload": []},
    "a_payload_without_a_query": {**_SUBSCRIBE, "payload": {}},
    "a_query_that_is_a_number": {**_SUBSCRIBE, "payload": {"query": 5}},
    "variables_that_are_a_list": {**_SUBSCRIBE, "payload": {"query": "{ __typename }", "variables": [1]}},
    "an_operation_name_that_is_a_number": {**_SUBSCRIBE, "payload": {"query": "{ __typename }", "operationName": 1}},
    "extensions_that_are_a_number": {**_SUBSCRIBE, "payload": {"query": "{ __typename }", "extensions": 1}},
    "a_complete_without_an_id": {"type": "complete"},
    "a_complete_whose_id_is_a_number": {"type": "complete", "id": 1},
}
# What graphql-ws closes a connection for, though the protocol's types would not forbid it.
_USUAL = {"an_id_that_is_empty", "a_type_of_the_server_s", "a_next_of_the_client_s", "an_error_of_the_client_s"}


def _add_invalid(name: str, message: object) -> None:
    async def check(target: Target) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        async with target.dial() as client:
            client.socket.send(text.encode())
            end = await client.closed({4400})
            expect(end.reason, "no reason")

    check.__name__ = f"{name}_is_4400"
    shown = message if isinstance(message, str) else json.dumps(message)
    sentence = f"A message of a type or format which is not specified closes with 4400: {shown or 'nothing'}"
    case(SHOULD if name in _USUAL else MUST, sentence)(check)


for _name, _message in INVALID.items():
    _add_invalid(_name, _message)


def _before_init(name: str) -> Check:
    async def check(target: Target) -> None:
        message = INVALID[name]
        async with target.dial(init=False) as client:
            client.socket.send((message if isinstance(message, str) else json.dumps(message)).encode())
            await client.closed({4400})

    check.__name__ = f"{name}_before_the_initialisation_is_4400"
    return case(MUST, "An invalid message closes with 4400 at any time: before ConnectionInit.")(check)


for _name in ("text_that_is_no_json", "an_unknown_type", "a_ping_whose_payload_is_a_list"):
    _before_init(_name)


@case(MUST, "A ConnectionInit whose payload is no object closes with 4400.")
async def an_initialisation_whose_payload_is_a_number_is_4400(target: Target) -> None:
    async with target.dial(init=False) as client:
        client.say(type="connection_init", payload=5)
        await client.closed({4400})


@case(SHOULD, "Messages are stringified JSON: a binary frame closes with 4400, or with 1003 (RFC 6455, 7.4.1).")
async def a_binary_frame_is_no_message(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b'{"type":"ping"}', opcode=BINARY)
        await client.closed({4400, 1003})


@case(SHOULD, "JSON that is nested too deeply is refused like any invalid message, and tears nothing.")
async def deep_json_is_refused_in_order(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b"[" * 60_000)
        await client.closed({4400})
    async with target.dial() as client:
        deep = "[" * 900 + "]" * 900
        client.socket.send(f'{{"type":"ping","payload":{{"deep":{deep}}}}}'.encode())
        try:
            expect((await client.hear())["type"] == "pong", "no pong")
        except Failed:
            await client.closed({4400})


@case(SHOULD, "Members of a message that the protocol does not know are ignored.")
async def unknown_members_of_a_message_are_ignored(target: Target) -> None:
    async with target.dial() as client:
        client.say(type="ping", id="1", more=[1])
        expect((await client.hear())["type"] == "pong", "no pong")
        client.say(type="subscribe", id="1", payload={"query": target.query, "more": 1}, more=None)
        await client.result()


@case(MUST, "A message may come in fragments, with control frames between them (RFC 6455, 5.4).")
async def a_message_may_come_in_fragments(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b'{"type":', is_last=False)
        client.socket.send(b"between", opcode=PING)
        client.socket.send(b"", opcode=CONTINUATION, is_last=False)
        client.socket.send(b'"ping"}', opcode=CONTINUATION)
        expect((await client.hear())["type"] == "pong", "no pong")


@case(MUST, "Frames do not depend on the segments that they come in.")
async def frames_may_come_byte_by_byte_or_many_at_once(target: Target) -> None:
    async with target.dial() as client:
        for byte in frame(b'{"type":"ping"}'):
            client.socket.write(bytes([byte]))
            await client.socket.writer.drain()
        expect((await client.hear())["type"] == "pong", "no pong")
        client.socket.write(frame(b'{"type":"ping"}') * 10)
        expect([(await client.hear())["type"] for _ in range(10)] == ["pong"] * 10, "not ten pongs")


@case(SHOULD, "Messages of some size are usual: documents and variables of 30 KB.")
async def a_large_message_is_read(target: Target) -> None:
    async with target.dial() as client:
        client.subscribe(target.query + " " * 15_000, extensions={"any": "x" * 15_000})
        await client.result()


@case(SHOULD, "A message that is too big closes with 1009 (RFC 6455, 7.4.1).", needs=["max_message_bytes"])
async def a_message_that_is_too_large_is_1009(target: Target) -> None:
    async with target.dial() as client:
        client.socket.send(b" " * (target.max_message_bytes + 1))
        await client.closed({1009})
    async with target.dial() as client:
        half = b" " * (target.max_message_bytes // 2 + 1)
        client.socket.send(half, is_last=False)
        client.socket.send(half, opcode=CONTINUATION)
        await client.closed({1009})


async def _is_closed(target: Target, data: bytes, *codes: int) -> None:
    async with target.dial() as client:
        client.socket.write(data)
        await client.closed(codes)


@case(MUST, "Text that is not UTF-8 closes with 1007 (RFC 6455, 8.1): whole.")
async def text_that_is_not_utf_8_is_1007(target: Target) -> None:
    await _is_closed(target, frame(b'{"type":"ping","payload":{"a":"\xff"}}'), 1007)


@case(MUST, "Text that is not UTF-8 closes with 1007 (RFC 6455, 8.1): in fragments, within a character.")
async def text_that_is_not_utf_8_in_fragments_is_1007(target: Target) -> None:
    first, second = b'{"type":"ping","payload":{"a":"\xc3', b'\xff"}}'
    await _is_closed(target, frame(first, is_last=False) + frame(second, opcode=CONTINUATION), 1007)


FRAMES: Mapping[str, tuple[str, bytes]] = {
    "a_frame_without_a_mask": ("a client masks its frames (5.1)", frame(b'{"type":"ping"}', masked=False)),
    "a_reserved_opcode": ("unknown opcodes fail the connection (5.2)", frame(b"", opcode=0x3)),
    "a_reserved_bit": ("reserved bits are 0 (5.2)", frame(b'{"type":"ping"}', rsv=0x4)),
    "a_continuation_of_nothing": ("a continuation follows a fragment (5.4)", frame(b"x", opcode=CONTINUATION)),
    "a_message_within_another": (
        "fragments of messages are not mixed (5.4)",
        frame(b"{", is_last=False) + frame(b"}", opcode=TEXT),
    ),
    "a_ping_frame_that_is_too_long": ("control frames have 125 bytes at most (5.5)", frame(b"x" * 126, opcode=PING)),
    "a_ping_frame_in_fragments": ("control frames are not fragmented (5.5)", frame(b"", opcode=PING, is_last=False)),
    "a_close_frame_of_one_byte": ("a close code has two bytes (5.5.1)", frame(b"x", opcode=CLOSE)),
    "a_close_code_that_is_reserved": ("1005 is never sent (7.4.1)", frame((1005).to_bytes(2), opcode=CLOSE)),
}


def _add_frame(name: str, rule: str, data: bytes) -> None:
    async def check(target: Target) -> None:
        await _is_closed(target, data, 1002)

    check.__name__ = f"{name}_is_1002"
    case(SHOULD, f"What breaks RFC 6455 closes with 1002: {rule}.")(check)


for _name, (_rule, _data) in FRAMES.items():
    _add_frame(_name, _rule, _data)


@case(MUST, "A connection that is closed for its messages takes no other one along.")
async def an_invalid_message_ends_its_own_connection_alone(target: Target) -> None:
    async with target.dial() as other, target.dial() as client:
        client.socket.send(b"hello")
        await client.closed({4400})
        await other.still_works(target.query)
