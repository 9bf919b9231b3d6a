"""The frames of a websocket, as `bench live` reads and writes them; the other side is the websockets library."""

import pytest
from websockets.frames import Frame
from websockets.frames import Opcode as Theirs
from websockets.streams import StreamReader

from app.client.live_bench.frames import BadFrame, FrameReader, Opcode, client_frame, close_of

SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 70_000)


def from_server(opcode: Theirs, data: bytes, *, is_last: bool = True) -> bytes:
    """Return a frame as a server sends it."""
    return Frame(opcode, data, fin=is_last).serialize(mask=False)


@pytest.mark.parametrize("size", [1, 2, 7, 1_000, 10**9])
def test_messages_are_the_same_however_they_are_cut(size: int) -> None:
    """Of every length that has a form of its own, with pings between, in pieces of every size."""
    payloads = [bytes([number]) * length for number, length in enumerate(SIZES)]
    data = b"".join(from_server(Theirs.TEXT, each) + from_server(Theirs.PING, b"!") for each in payloads)
    reader, read = FrameReader(), list[tuple[int, bytes]]()
    for at in range(0, len(data), size):
        read += reader.feed(data[at : at + size])
    assert read == [each for payload in payloads for each in ((Opcode.TEXT, payload), (Opcode.PING, b"!"))]


def test_a_message_in_several_frames_is_one_message() -> None:
    """Also where a ping comes between them."""
    data = (
        from_server(Theirs.TEXT, b"one ", is_last=False)
        + from_server(Theirs.PING, b"?")
        + from_server(Theirs.CONT, b"two ", is_last=False)
        + from_server(Theirs.CONT, b"three")
        + from_server(Theirs.TEXT, b"four")
    )
    assert list(FrameReader().feed(data)) == [
        (Opcode.PING, b"?"),
        (Opcode.TEXT, b"one two three"),
        (Opcode.TEXT, b"four"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01a",  # continues nothing
        b"\x01\x01a\x81\x01b",  # cuts a message short
        b"\x09\x00",  # a ping in pieces
        b"\x89\x7e\x00\x80" + 128 * b"a",  # a ping that is too long
        b"\xc1\x01a",  # compressed, which was not agreed on
        b"\x83\x00",  # no opcode
        b"\x81\xfe\x00\x01",  # masked
        b"\x81\x7f\x00\x00\x00\x01\x00\x00\x00\x00",  # four gigabytes
    ],
)
def test_what_no_server_may_send_is_refused(data: bytes) -> None:
    """Nothing is guessed at."""
    with pytest.raises(BadFrame):
        list(FrameReader().feed(data))


@pytest.mark.parametrize("size", SIZES)
def test_a_server_reads_what_is_sent(size: int) -> None:
    """Masked, of every length."""
    stream = StreamReader()
    payload = bytes(number % 251 for number in range(size))
    stream.feed_data(client_frame(Opcode.TEXT, payload))
    parsing = Frame.parse(stream.read_exact, mask=True)
    with pytest.raises(StopIteration) as end:
        next(parsing)
    frame = end.value.value
    assert (frame.opcode, frame.fin, bytes(frame.data)) == (Theirs.TEXT, True, payload)


def test_a_close_says_code_and_reason() -> None:
    """Or nothing."""
    assert close_of(b"\x03\xf5too many") == (1013, "too many")
    assert close_of(b"") == (1005, "")
