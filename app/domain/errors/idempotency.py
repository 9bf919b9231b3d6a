"""Error about an idempotency key."""

from app.domain.errors.base import Conflict, ErrorCode, Field


class IdempotencyKeyReused(Conflict):
    """The key already stands for another input."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(self, *, key: str, field: Field = ("idempotencyKey",)) -> None:
        self.key = key
        super().__init__(
            f"The idempotency key {key!r} was used before with another input.", field=field, facts={"key": key}
        )
