"""Decisions on what was read outside of the transaction: asked again where that has changed meanwhile."""

import pytest

from app.domain.errors import Refused, StaleDocument, StaleLevel, UnknownItem
from app.services.stale_read_retry import decided_on_fresh

STALE = StaleLevel(sku="TEA-1", location="MAIN", expected=1, actual=2)
UNKNOWN = UnknownItem(sku="TEA-1")


class Asked:
    """Refuses as it is told, and counts how often it is asked."""

    def __init__(self, *refusals: Refused) -> None:
        self._refusals = list(refusals)
        self.times = 0

    async def __call__(self) -> str:
        """Answer."""
        self.times += 1
        if self._refusals:
            raise self._refusals.pop(0)
        return "done"


async def test_a_stale_decision_is_asked_for_again() -> None:
    """Also where other lines are refused for good: those may look different now."""
    asked = Asked(Refused(STALE), Refused(UNKNOWN, STALE))
    assert (await decided_on_fresh(asked), asked.times) == ("done", 3)


async def test_a_document_that_has_changed_is_read_again() -> None:
    """As a level is."""
    asked = Asked(Refused(StaleDocument(kind="PURCHASE_ORDER", id="x", expected=1, actual=2)))
    assert (await decided_on_fresh(asked), asked.times) == ("done", 2)


async def test_any_other_refusal_stands() -> None:
    """Asking again would not change it."""
    asked = Asked(Refused(UNKNOWN))
    with pytest.raises(Refused) as refusal:
        await decided_on_fresh(asked)
    assert (refusal.value.errors, asked.times) == ((UNKNOWN,), 1)


async def test_what_is_stale_every_time_is_refused_in_the_end() -> None:
    """After five times."""
    asked = Asked(*[Refused(STALE)] * 9)
    with pytest.raises(Refused) as refusal:
        await decided_on_fresh(asked)
    assert (refusal.value.errors, asked.times) == ((STALE,), 5)
