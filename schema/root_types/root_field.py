"""What a field of a root type is made of: its resolver, its description, and the scope that it declares.

Rule: a root field declares the scope that a principal needs to select it; ANYONE where none is needed. What it needs
for the objects below is in `schema/declarations/scopes.py`.
"""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any

import strawberry

from app.domain.access.scope import Scope
from schema.declarations.scopes import Requires
from schema.extensions.outcome import MutationOutcome
from schema.payloads.payload import Payload


def query(resolver: Callable[..., Any], description: str, *, scope: Scope | None) -> Any:
    """Return a field of Query."""
    return strawberry.field(resolver=resolver, description=description, directives=[Requires(scope=scope)])


def mutation(resolver: Callable[..., Awaitable[Payload]], description: str, *, scope: Scope | None) -> Any:
    """Return a field of Mutation, whose refusals become the payload that its resolver returns."""
    return strawberry.mutation(
        resolver=resolver,
        extensions=[MutationOutcome(resolver.__annotations__["return"])],
        description=description,
        directives=[Requires(scope=scope)],
    )


def subscription(resolver: Callable[..., AsyncIterable[Any]], description: str, *, scope: Scope | None) -> Any:
    """Return a field of Subscription."""
    return strawberry.subscription(resolver=resolver, description=description, directives=[Requires(scope=scope)])
