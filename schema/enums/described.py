"""How an enum of the domain becomes one of the schema."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

import strawberry

from schema.core import EnumValue
from schema.deprecations import use

E = TypeVar("E", bound=Enum)


def described(
    enum: type[E], *, name: str, description: str, values: Mapping[E, str], former: Mapping[str, E] | None = None
) -> type[E]:
    """Register the enum with Strawberry, every value described; former names are read, and never returned."""
    registered = strawberry.enum(enum, name=name, description=description)
    definition: Any = registered.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[enum[value.name]]
    for old, member in (former or {}).items():
        definition.values.append(
            EnumValue(
                old,
                member.value,
                deprecation_reason=use(member.name),
                description=f"The former name of `{member.name}`.",
            )
        )
    return registered
