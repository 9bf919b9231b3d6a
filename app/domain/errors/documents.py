"""Errors about documents of all kinds: unknown, changed, or in a state or with units that do not allow the request."""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.errors.base import Conflict, ErrorCode, Field, NotFound
from app.domain.wrong_state_hints import next_step


class UnknownDocument(NotFound):
    """No document of this kind, such as a reservation or a transfer, has this id."""

    code = ErrorCode.UNKNOWN_DOCUMENT

    def __init__(self, *, kind: str, id: str, field: Field = ("id",)) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"No {_spoken(kind)} has the id {id!r}.", field=field, facts={"kind": kind, "id": id})


class WrongState(Conflict):
    """The document is in a state that does not allow the request.

    The message names it by its reference, if it has one.
    """

    code = ErrorCode.WRONG_STATE

    def __init__(self, *, kind: str, id: str, state: str, reference: str | None = None, field: Field = ("id",)) -> None:
        self.kind, self.id, self.state, self.reference = kind, id, state, reference
        super().__init__(
            f"The {_spoken(kind)} {reference or id!r} is {state}: {next_step(kind, state)}.",
            field=field,
            facts={"kind": kind, "id": id, "state": state, "reference": reference},
        )


class StaleDocument(Conflict):
    """The document has changed since the caller saw it. `expected` and `actual` are versions."""

    code = ErrorCode.STALE_DOCUMENT

    def __init__(self, *, kind: str, id: str, expected: int, actual: int, field: Field = ("expectedVersion",)) -> None:
        self.kind, self.id, self.expected, self.actual = kind, id, expected, actual
        super().__init__(
            f"The {_spoken(kind)} {id!r} is at version {actual}, not at the expected {expected}. Look at it again, and "
            "name the version that you have seen.",
            field=field,
            facts={"kind": kind, "id": id, "expected": expected, "actual": actual},
        )


_OUTSTANDING: Final[Mapping[str, str]] = {
    "": "{requested} of {sku} requested, {outstanding} outstanding.",
    "RETURNED": "{requested} of {sku} came back, {outstanding} of that sale are still out.",
    "FOUND": "{requested} of {sku} turned up, {outstanding} are lost.",
    "SHIPPED": "{requested} more of {sku} went out than that: reverse the fulfilment first, or record a return.",
}


class ExceedsOutstanding(Conflict):
    """A request named more units of an item than its line of the document has outstanding.

    `waiting` units are backordered, where only reserved units count.
    """

    code = ErrorCode.EXCEEDS_OUTSTANDING

    def __init__(
        self,
        *,
        sku: str,
        requested: int,
        outstanding: int,
        waiting: int = 0,
        may_be_over: bool = False,
        step: str = "",
        field: Field = (),
    ) -> None:
        """Build it from units. With `may_be_over` the excess may be received for a reason of its own.

        `step` is what was done with the units: RETURNED, FOUND, SHIPPED, or empty.
        """
        self.sku, self.requested, self.outstanding, self.waiting = sku, requested, outstanding, waiting
        way_out = " Give an overReason to take the rest in." if may_be_over else ""
        facts: dict[str, Any] = {"sku": sku, "requested": requested, "outstanding": outstanding}
        message = _OUTSTANDING[step].format(**facts) + way_out
        if waiting:
            message = f"{outstanding} of {sku} are there, {waiting} are waited for."
        facts |= {name: fact for name, fact in (("waiting", waiting), ("step", step)) if fact}
        super().__init__(
            message,
            field=field,
            facts=facts | {"may_be_over": True} if may_be_over else facts,
        )


def _spoken(kind: str) -> str:
    return kind.lower().replace("_", " ")
