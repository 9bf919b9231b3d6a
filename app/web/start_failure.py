"""What is logged where the application cannot be opened: a sentence, where the reason is known.

Starlette hands the traceback to the server, which logs it.
"""

import sys
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.domain.failures import ServiceError

_FAILED: Final = "lifespan.startup.failed"


def with_start_failures(app: ASGIApp) -> ASGIApp:
    """Return the application, with the message of the failure itself where a service it needs is not available."""

    async def called(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            # It is sent while the exception is handled.
            if message["type"] == _FAILED and isinstance(error := sys.exception(), ServiceError):
                message = {**message, "message": f"The server cannot start. {error}."}
            await send(message)

        await app(scope, receive, sent if scope["type"] == "lifespan" else send)

    return called
