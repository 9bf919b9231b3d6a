"""Turns a refusal into the payload's `userErrors`. Resolvers contain no `try`; this is the only place."""

from collections.abc import Awaitable, Callable
from typing import Any

from strawberry.extensions import FieldExtension

from app.domain.errors import Refused
from schema.context import Info
from schema.payloads.payload import Payload


class UserErrors(FieldExtension):
    """Catches the refusal of one mutation field, whose payload it is told."""

    def __init__(self, payload: type[Payload]) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> Any:
        """Run the resolver."""
        try:
            return await next_(source, info, **arguments)
        except Refused as refused:
            return self._payload.refused(refused.errors)
