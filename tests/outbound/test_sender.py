"""Messages as a receiver gets them, and what becomes of one that answers badly, slowly or not at all."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from app.domain.time import Moment
from app.domain.webhooks.delivery import Answer, WebhookMessage
from app.outbound.sender import MAX_RESPONSE_BYTES, HttpSender
from tests.support.receiver import Received, Receiver, Response
from tests.support.webhooks import a_message, secret

SOON = 0.3
NO_ADDRESS = "The receiver could not be reached: no connection"


def now() -> Moment:
    """Return the present moment."""
    return Moment(time.time_ns() // 1_000)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Return a receiver that takes everything."""
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def sender() -> AsyncIterator[HttpSender]:
    """Return a sender that may send to loopback."""
    async with HttpSender(allow_private=True) as sender:
        yield sender


async def send(
    sender: HttpSender, url: str, *numbers: int, message: WebhookMessage | None = None, at: Moment | None = None
) -> Answer:
    """Send a message, signed with the secrets of these numbers, or with the first."""
    secrets = [secret(number) for number in numbers or (1,)]
    return await sender.send(message or a_message(), url=url, secrets=secrets, now=at or now())


def answering(response: Response) -> Callable[[Received], object]:
    """Return what always answers alike."""

    async def answer(_: Received) -> Response:
        return response

    return answer


async def test_a_receiver_verifies_what_it_gets(receiver: Receiver, sender: HttpSender) -> None:
    """With the library of the specification, and with the body byte for byte as it came."""
    message = WebhookMessage(
        id="msg_1", type=a_message().type, subject="s", occurred_at=now(), body='{"type":"level.changed","n":"grün"}'
    )
    assert await send(sender, receiver.url, message=message) == Answer(status=204)
    [received] = receiver.requests
    assert Webhook(secret(1)).verify(received.body, received.headers) == {"type": "level.changed", "n": "grün"}
    assert (received.path, received.id, received.body) == ("/hook", "msg_1", message.body)
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"] == "Stockpulse-Webhooks/1"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(2)).verify(received.body, received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(1)).verify(received.body + " ", received.headers)


async def test_each_valid_secret_verifies_alone(receiver: Receiver, sender: HttpSender) -> None:
    """So a receiver may change over at any moment of a rotation."""
    await send(sender, receiver.url, 2, 1)
    [received] = receiver.requests
    for number in (1, 2):
        Webhook(secret(number)).verify(received.body, received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret(3)).verify(received.body, received.headers)
    assert len(received.headers["webhook-signature"].split(" ")) == 2


async def test_each_attempt_is_signed_anew(receiver: Receiver, sender: HttpSender) -> None:
    """A message that is sent again a day later is not too old for its receiver; its id is the same."""
    yesterday = Moment(now() - 86_400 * 1_000_000)
    await send(sender, receiver.url, at=yesterday)
    await send(sender, receiver.url)
    old, new = receiver.requests
    assert (old.id, old.body) == (new.id, new.body)
    Webhook(secret(1)).verify(new.body, new.headers)
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret(1)).verify(old.body, old.headers)


@pytest.mark.parametrize("status", [200, 302, 404, 410, 500])
async def test_the_status_is_the_answer(receiver: Receiver, sender: HttpSender, status: int) -> None:
    """A redirect is an answer like any other: it is not followed."""
    receiver.answer = answering(Response(status, {"location": f"{receiver.url}/elsewhere", "set-cookie": "a=b"}, b"x"))
    assert await send(sender, receiver.url) == Answer(status=status)
    await send(sender, receiver.url)
    assert [request.path for request in receiver.requests] == ["/hook", "/hook"]
    assert "cookie" not in receiver.requests[1].headers


async def test_a_connection_is_used_again(receiver: Receiver, sender: HttpSender) -> None:
    """As long as the receiver keeps it open."""
    receiver.answer = answering(Response(200, body=b"x" * MAX_RESPONSE_BYTES))
    for _ in range(3):
        await send(sender, receiver.url)
    assert [request.connection for request in receiver.requests] == [1, 1, 1]


async def test_a_long_response_is_not_read_to_its_end(receiver: Receiver, sender: HttpSender) -> None:
    """The status is known by then, and the connection is not used again."""
    receiver.answer = answering(Response(200, body=b"x" * (20 * MAX_RESPONSE_BYTES)))
    for _ in range(2):
        assert await send(sender, receiver.url) == Answer(status=200)
    assert [request.connection for request in receiver.requests] == [1, 2]


async def test_a_response_without_an_end_is_an_attempt_that_ends_in_time(receiver: Receiver) -> None:
    """Whether nothing comes at all, or not all that was promised."""
    never = asyncio.Event()

    async def silent(_: Received) -> Response:
        await never.wait()
        return Response()

    async with HttpSender(allow_private=True, attempt_seconds=SOON) as hurried:
        receiver.answer = silent
        assert await send(hurried, receiver.url) == Answer(error="The receiver did not answer in time.")
        receiver.answer = answering(Response(200, {"content-length": "9"}, b"x"))
        assert await send(hurried, receiver.url) == Answer(error="The receiver did not answer in time.")


async def test_a_receiver_that_hangs_up_or_talks_nonsense_is_answered_for_in_words(
    receiver: Receiver, sender: HttpSender
) -> None:
    """Nothing is raised, and no address is told."""
    receiver.answer = answering(Response(None))
    broken = await send(sender, receiver.url)
    assert broken == Answer(error="The receiver could not be reached: it hung up, or does not speak HTTP")
    receiver.answer = answering(Response(200, {"content-length": "none"}))
    assert (
        await send(sender, receiver.url)
    ).error == "The receiver could not be reached: it hung up, or does not speak HTTP"
    await receiver.stop()
    try:
        assert (await send(sender, receiver.url)).error == "The receiver could not be reached: no connection"
    finally:
        await receiver.start()


async def test_a_name_without_an_address_is_an_answer(receiver: Receiver) -> None:
    """Whether it does not exist, or cannot be a name at all."""

    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    async with HttpSender(allow_private=True, resolve=unknown) as sender:
        assert (await send(sender, "http://partner.example/")).error == NO_ADDRESS
    async with HttpSender(allow_private=True) as sender:
        assert (await send(sender, f"http://{'a' * 70}.example/")).error == NO_ADDRESS


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("9" * 30, 999_999_999),
        (f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT", None),
        (f"Fri, 31 Dec 2027 23:59:59 +{'9' * 20}", None),
    ],
)
async def test_a_receiver_may_say_when_to_come_back(
    receiver: Receiver, sender: HttpSender, told: str, seconds: int | None
) -> None:
    """In seconds; what is no number of seconds is no wish, and the answer counts all the same."""
    receiver.answer = answering(Response(503, {"retry-after": told}))
    assert await send(sender, receiver.url) == Answer(status=503, retry_after_seconds=seconds)


async def test_it_may_say_so_as_a_date(receiver: Receiver, sender: HttpSender) -> None:
    """Of its own clock, which may be off."""
    for hours, least, most in ((1, 3_590, 3_600), (-1, 0, 0)):
        date = format_datetime(datetime.now(tz=UTC) + timedelta(hours=hours), usegmt=True)
        receiver.answer = answering(Response(503, {"Retry-After": date}))
        answer = await send(sender, receiver.url)
        assert answer.retry_after_seconds is not None
        assert least <= answer.retry_after_seconds <= most


async def test_no_proxy_of_the_environment_is_used(
    receiver: Receiver, sender: HttpSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would connect to what we have not judged."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await send(sender, receiver.url) == Answer(status=204)


async def test_what_nobody_thought_of_is_an_answer_too(caplog: pytest.LogCaptureFixture) -> None:
    """And is logged, with what led to it."""

    class Broken(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
            raise ValueError("surprise")

    async with HttpSender(allow_private=True, network=Broken()) as sender:
        assert await send(sender, "http://127.0.0.1:1/") == Answer(error="The message could not be sent.")
    assert "surprise" in caplog.text
