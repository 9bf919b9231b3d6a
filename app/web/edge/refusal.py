"""An answer to who is not let in.

Rule: it has the form of every GraphQL error, whatever was asked for, so that clients show the sentence.
"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.web.graphql.encoding import encode
from app.web.graphql.masking import BAD_USER_INPUT
from app.web.graphql.request_id import HEADER, request_id_from


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status and a sentence for the client."""

    status: int
    message: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it in answer to a request or to a websocket's handshake."""
        request_id = request_id_from(scope["headers"])
        error = {"message": self.message, "extensions": {"code": BAD_USER_INPUT, "requestId": request_id}}
        headers = {
            HEADER.decode(): request_id,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
            "connection": "close",  # whoever is wrong here is wrong again
        }
        response = Response(encode({"errors": [error]}), self.status, headers, "application/json")
        await response(scope, receive, send)
