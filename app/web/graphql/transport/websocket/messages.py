"""The messages that a client may send under `graphql-transport-ws`, checked.

Rule: what leaves this module has the shape that the protocol gives it; anything else is InvalidMessage, code 4400. See
https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from dataclasses import dataclass
from typing import Any

from app.web.graphql.transport.encoding import MalformedJson, decode
from app.web.graphql.transport.request import BadRequest, GraphQLRequest


class InvalidMessage(Exception):
    """The client broke the protocol; the message becomes the close reason."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The first message, with a payload of the client's choice."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """A request for a pong with the same payload."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """The response to a ping, or an unsolicited heartbeat."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The start of an operation: a query or mutation as well as a subscription."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client ends this operation."""

    id: str


Message = ConnectionInit | Ping | Pong | Subscribe | Complete


def parse_message(text: str, *, max_id_characters: int) -> Message:
    """Parse one text frame; raise InvalidMessage."""
    try:
        data = decode(text)
    except MalformedJson:
        raise InvalidMessage("The message is not valid JSON.") from None
    if not isinstance(data, dict):
        raise InvalidMessage("A message is a JSON object.")
    match data.get("type"):
        case "connection_init":
            return ConnectionInit(_optional_payload(data) or {})
        case "ping":
            return Ping(_optional_payload(data))
        case "pong":
            _optional_payload(data)
            return Pong()
        case "subscribe":
            return Subscribe(_id(data, max_id_characters), _request(data.get("payload")))
        case "complete":
            return Complete(_id(data, max_id_characters))
        case _:
            raise InvalidMessage("The message has no known 'type'.")


def _optional_payload(data: dict[str, Any]) -> dict[str, Any] | None:
    payload = data.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise InvalidMessage("'payload' must be an object or null.")
    return payload


def _id(data: dict[str, Any], max_characters: int) -> str:
    value = data.get("id")
    if not isinstance(value, str) or not value:
        raise InvalidMessage("'id' must be a string that is not empty.")
    if len(value) > max_characters:
        raise InvalidMessage(f"'id' exceeds the limit of {max_characters} characters.")
    return value


def _request(payload: object) -> GraphQLRequest:
    try:
        return GraphQLRequest.from_object(payload)
    except BadRequest as error:
        raise InvalidMessage(f"payload: {error}") from None
