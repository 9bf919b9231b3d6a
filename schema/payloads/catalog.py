"""Items and locations after a change."""

from collections.abc import Sequence
from typing import Self

import strawberry

from app.domain.catalog.open_work import OpenWork as DomainOpenWork
from app.domain.catalog.warning import InputWarning
from app.domain.limits import MAX_WARNINGS_OF_A_LINE
from app.domain.outcome import Outcome
from schema.context import Info
from schema.errors.base import UserError
from schema.errors.conversion import user_error
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.payloads.payload import Payload
from schema.types.catalog import Item, Location, item_of
from schema.types.open_work import OpenWork
from schema.types.warnings import UserWarningType, user_warnings


@strawberry.type(description="The outcome of `itemUpsert` or `itemArchive`.")
class ItemPayload(Payload):
    """An item after the change."""

    item: Item | None = strawberry.field(
        default=None, description="The item as it is now; null where the request was refused."
    )
    open_work: list[OpenWork] = strawberry.field(
        default_factory=list,
        description="The open work of what was archived, which may be completed; otherwise empty.",
    )

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        item: Item | None,
        *,
        open_work: Sequence[DomainOpenWork] = (),
        warnings: Sequence[InputWarning] = (),
    ) -> Self:
        work = list(map(OpenWork.from_domain, open_work))
        return cls.accepted(outcome, item=item, open_work=work, warnings=user_warnings(warnings))


@strawberry.type(description="The outcome of one item of `itemsUpsertMany`.")
class ItemLineResult:
    """An item after the change, or why there is none."""

    sku: strawberry.Private[str]
    line: int = strawberry.field(description="The index in `items`, from 0.")
    user_errors: list[UserError] = strawberry.field(description="Why the item was refused; empty where it was not.")
    warnings: list[UserWarningType] = strawberry.field(
        description="Possible mistakes in what was accepted; empty where the item was refused. At most 5."
    )

    @strawberry.field(description="The item as it is now; null where it was refused.")
    def item(self, info: Info) -> AwaitableOrValue[Item | None]:
        return None if self.user_errors else item_of(self.sku, info)


@strawberry.type(description="The outcome of `itemsUpsertMany`.")
class ItemsUpsertManyPayload(Payload):
    """One result per item, in their order."""

    results: list[ItemLineResult] = strawberry.field(
        default_factory=list,
        description="One entry per item, in the order of `items`; empty where the whole request was refused.",
    )

    @classmethod
    def of(cls, outcome: Outcome, skus: Sequence[str], warnings: Sequence[Sequence[InputWarning]]) -> Self:
        """Convert; `skus` and `warnings` are those of the request's items, in its order."""
        refusals = dict(outcome.operation.refusals)
        results = [
            ItemLineResult(
                sku=sku,
                line=line,
                user_errors=[user_error(refusals[line])] if line in refusals else [],
                warnings=[]
                if line in refusals
                else user_warnings(each.at("items", str(line)) for each in warnings[line][:MAX_WARNINGS_OF_A_LINE]),
            )
            for line, sku in enumerate(skus)
        ]
        return cls.accepted(outcome, results=results)


@strawberry.type(description="The outcome of `locationUpsert` or `locationArchive`.")
class LocationPayload(Payload):
    """A location after the change."""

    location: Location | None = strawberry.field(
        default=None, description="The location as it is now; null where the request was refused."
    )
    open_work: list[OpenWork] = strawberry.field(
        default_factory=list,
        description="The open work of what was archived, which may be completed; otherwise empty.",
    )

    @classmethod
    def of(
        cls,
        outcome: Outcome,
        location: Location | None,
        *,
        open_work: Sequence[DomainOpenWork] = (),
        warnings: Sequence[InputWarning] = (),
    ) -> Self:
        work = list(map(OpenWork.from_domain, open_work))
        return cls.accepted(outcome, location=location, open_work=work, warnings=user_warnings(warnings))
