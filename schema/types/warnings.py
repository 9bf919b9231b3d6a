"""Warnings: possible mistakes in what was accepted."""

from collections.abc import Iterable
from typing import Self

import strawberry

from app.domain.catalog.warning import InputWarning
from schema.enums.catalog import WarningCode


@strawberry.type(description="A possible mistake in what was accepted.", name="UserWarning")
class UserWarningType:
    code: WarningCode = strawberry.field(description="The kind of mistake, for programs.")
    message: str = strawberry.field(description="The possible mistake, for people.")
    field: list[str] = strawberry.field(
        description="The path of the input, outermost name first; lines are counted from 0."
    )
    similar_to: str | None = strawberry.field(
        default=None, description="The similar SKU, code, tag or category; null for other kinds."
    )

    @classmethod
    def from_domain(cls, warning: InputWarning) -> Self:
        return cls(code=warning.code, message=warning.message, field=list(warning.field), similar_to=warning.similar_to)


def user_warnings(warnings: Iterable[InputWarning]) -> list[UserWarningType]:
    """Return the warnings of a request in their GraphQL form."""
    return [UserWarningType.from_domain(warning) for warning in warnings]
