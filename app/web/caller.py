"""The connection that an operation came by. Rule: nothing is looked up before a field asks, which few do."""

from starlette.requests import HTTPConnection

from app.domain.failures import Unauthenticated
from app.web.auth.admission import credential_of
from app.web.edge.client_address import client_address


class ConnectedCaller:
    """The client of a request, or of a websocket."""

    __slots__ = ("_connection",)

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    @property
    def address(self) -> str:
        """The address of the client."""
        return client_address(self._connection.scope)

    @property
    def session_token(self) -> str | None:
        """The token of its session, None where it has none."""
        try:
            credential = credential_of(self._connection)
        except Unauthenticated:
            return None
        return credential if isinstance(credential, str) else None
