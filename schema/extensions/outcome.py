"""What happens around every mutation: a refusal becomes user errors, and the response shows the state after (ADR 2)."""

from collections.abc import Awaitable, Callable
from typing import Any

from strawberry.extensions import FieldExtension

from app.domain.errors import Refused
from app.telemetry.work import traced_step
from schema.context import Done, Info
from schema.loading.loaders import NOTHING_KNOWN
from schema.payloads.payload import Payload


class MutationOutcome(FieldExtension):
    """Turns the refusal of one mutation field into its payload. Resolvers contain no `try`.

    What was loaded before the change is forgotten, so that no part of the response shows it.
    """

    def __init__(self, payload: type[Payload]) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> Any:
        """Run the resolver."""
        with traced_step(info.field_name):  # with its refusals, which are no errors of the server
            return await self._payload_of(next_, source, info, arguments)

    async def _payload_of(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, arguments: dict[str, Any]
    ) -> Payload:
        info.context.refresh()
        try:
            payload: Payload = await next_(source, info, **arguments)
        except Refused as refused:
            codes = tuple(dict.fromkeys(str(error.code) for error in refused.reported))
            info.context.done += (Done(codes, None),)
            return self._payload.refused(refused.reported)
        info.context.done += (_done(payload),)
        info.context.refresh(payload.present or NOTHING_KNOWN)
        return payload


def _done(payload: Payload) -> Done:
    if payload.outcome is None:
        return Done((), None)
    operation = payload.outcome.operation
    if not operation.refusals:
        return Done((), operation.id)
    return Done(tuple(dict.fromkeys(str(error.code) for _, error in operation.refusals)), operation.id)
