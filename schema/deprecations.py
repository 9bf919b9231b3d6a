"""Names that are deprecated: a field or an argument under its former name keeps its meaning for a release.

Rule: what has a better name is returned under both, and accepted under either, until the release that the reason names.
See docs/reference/versioning.md.
"""

from typing import Any, TypeVar

import strawberry

from app.domain.failures import BadArgument

REMOVED_IN = "0.3"

T = TypeVar("T")


def use(replacement: str) -> str:
    """Return the reason of a deprecation."""
    return f"Use `{replacement}`; will be removed in {REMOVED_IN}."


def former_name(attribute: str, type_: Any, *, now: str, convert: Any = None) -> Any:
    """Return the field of an object under its former name, which returns what the attribute of today holds."""

    def resolver(self: object) -> Any:
        value = getattr(self, attribute)
        return value if convert is None or value is None else convert(value)

    resolver.__annotations__["return"] = type_
    return strawberry.field(resolver=resolver, description=f"The same as `{now}`.", deprecation_reason=use(now))


def former_input(now: str) -> Any:
    """Return the field of an input under its former name, which may be left out."""
    return strawberry.field(default=None, description=f"The same as `{now}`.", deprecation_reason=use(now))


def one_of(now: T | None, former: T | None, *, names: tuple[str, str]) -> T | None:
    """Return what was given under either name. Raises BadArgument where it was given under both."""
    if now is not None and former is not None:
        raise BadArgument(f"`{names[1]}` is the former name of `{names[0]}`: give one of the two.")
    return former if now is None else now
