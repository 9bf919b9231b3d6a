"""Warnings: what was accepted, and may be a slip."""

from collections.abc import Iterable
from typing import Self

import strawberry

from app.domain.catalog.warning import InputWarning
from schema.enums.catalog import WarningCode


@strawberry.type(description="What was accepted, and may be a slip. It refuses nothing.", name="UserWarning")
class UserWarningType:
    """See InputWarning."""

    code: WarningCode = strawberry.field(description="What may be wrong, for programs.")
    message: str = strawberry.field(description="What may be wrong, for people.")
    field: list[str] = strawberry.field(
        description="The path of the input, outermost name first; lines are counted from 0."
    )
    similar_to: str | None = strawberry.field(
        default=None, description="What it looks like: another SKU, code, tag or category; null where it is not that."
    )

    @classmethod
    def from_domain(cls, warning: InputWarning) -> Self:
        """Convert."""
        return cls(code=warning.code, message=warning.message, field=list(warning.field), similar_to=warning.similar_to)


def user_warnings(warnings: Iterable[InputWarning]) -> list[UserWarningType]:
    """Convert."""
    return [UserWarningType.from_domain(warning) for warning in warnings]
