"""The interface of all user errors."""

import strawberry

from schema.enums.errors import ErrorCode


@strawberry.interface(description="Why a request was rejected. A rejected request changes nothing.")
class UserError:
    """A refusal."""

    code: ErrorCode = strawberry.field(description="The reason, for programs.")
    message: str = strawberry.field(description="The reason, for people.")
    field: list[str] | None = strawberry.field(
        description="The path of the rejected input, outermost name first; lines are counted from 0. Null where "
        "there is none."
    )
