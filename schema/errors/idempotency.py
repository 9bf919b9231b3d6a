"""Error about an idempotency key."""

import strawberry

from schema.errors.base import UserError


@strawberry.type(description="The idempotency key was used before with another input.")
class IdempotencyKeyReusedError(UserError):
    key: str = strawberry.field(description="The key.")
