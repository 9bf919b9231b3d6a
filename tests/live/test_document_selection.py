"""Which versions of documents a subscriber is told, whatever it is known to hold."""

from dataclasses import replace

from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.time import Moment
from app.services.live.documents.document_selection import DocumentSelection
from app.services.reservations.filters import ReservationFilter

HELD, RELEASED = ReservationState.HELD, ReservationState.RELEASED
OF_R1 = ReservationFilter(reference="R-1")
HELD_OF_R1 = replace(OF_R1, states=(HELD,))


def a_selection(
    where: ReservationFilter = HELD_OF_R1, *, is_resumed: bool = False, maximum: int = 100
) -> DocumentSelection[Reservation]:
    """Return the selection of what is held of a reference."""
    return DocumentSelection(where, within=OF_R1, is_resumed=is_resumed, maximum=maximum)


def an_order(
    name: str = "a", *, version: int = 1, state: ReservationState = HELD, reference: str = "R-1", at: int = 100
) -> Reservation:
    """Return a version of a reservation."""
    return Reservation(
        id=name, version=version, changed_at=Moment(at), state=state, reference=reference, lines=(), holds=()
    )


def test_a_document_is_told_while_it_matches_and_once_more_when_it_leaves() -> None:
    """And again when it comes back."""
    selection = a_selection()
    states = (HELD, HELD, RELEASED, RELEASED, HELD, RELEASED)
    orders = [an_order(version=number, state=state) for number, state in enumerate(states, start=1)]
    assert [selection.wants(order) for order in orders] == [True, True, True, False, True, True]


def test_a_document_that_never_matched_is_not_told() -> None:
    """From the beginning on, everything that the subscriber holds is known."""
    selection = a_selection()
    selection.show(an_order(), base=Moment(0))
    assert not selection.wants(an_order("b", version=5, state=RELEASED))
    assert not selection.wants(an_order("b", version=6, reference="R-2"))
    assert selection.wants(an_order(version=2, state=RELEASED))


def test_a_version_that_the_snapshot_showed_is_not_told_again() -> None:
    """A page may show what its change, which comes later, brings."""
    selection = a_selection()
    selection.show(an_order(version=3), base=Moment(50))
    assert [selection.wants(an_order(version=version)) for version in (2, 3, 4)] == [False, False, True]


def test_what_was_shown_is_forgotten_once_its_change_can_no_longer_come() -> None:
    """Old documents are not even noted; the others stay until the last of their moments is past."""
    selection = a_selection()
    selection.show(an_order("old", at=49), base=Moment(50))
    selection.show(an_order("a", at=60), base=Moment(50))
    selection.show(an_order("b", at=50), base=Moment(50))
    assert selection._shown == {"a": 1, "b": 1}
    selection.pass_by(Moment(60))
    assert selection._shown == {"a": 1, "b": 1}
    selection.pass_by(Moment(61))
    assert selection._shown == {}


def test_where_no_document_can_leave_none_is_remembered() -> None:
    """A feed that is not narrowed to states costs no memory per document."""
    selection = a_selection(OF_R1)
    selection.show(an_order(), base=Moment(200))
    assert selection.wants(an_order("b"))
    assert selection.wants(an_order("b", version=2, state=RELEASED))
    assert not selection.wants(an_order("c", reference="R-2"))
    assert (selection.held, selection._shown) == ({}, {})


def test_a_resumed_selection_tells_once_what_may_have_matched_before() -> None:
    """Not what is new and does not match, nor what can never have matched."""
    selection = a_selection(is_resumed=True)
    assert selection.wants(an_order("a", version=7, state=RELEASED))
    assert not selection.wants(an_order("a", version=8, state=RELEASED))
    assert not selection.wants(an_order("b", version=1, state=RELEASED))
    assert not selection.wants(an_order("b", version=2, state=RELEASED))
    assert not selection.wants(an_order("c", version=7, state=RELEASED, reference="R-2"))
    assert selection.wants(an_order("b", version=3))
    assert selection.wants(an_order("b", version=4, state=RELEASED))


def test_more_documents_than_are_remembered_are_told_in_vain_rather_than_never() -> None:
    """The one that changed longest ago is forgotten: it is told when it leaves, as is one that never matched."""
    selection = a_selection(maximum=2)
    for name in "abc":
        selection.show(an_order(name), base=Moment(200))
    assert list(selection.held) == ["b", "c"]
    assert selection.wants(an_order("a", version=2, state=RELEASED))
    assert not selection.wants(an_order("a", version=3, state=RELEASED))
    assert selection.wants(an_order("z", version=2, state=RELEASED))
    assert not selection.wants(an_order("y", version=2, state=RELEASED, reference="R-2"))
    assert len(selection.held) == 2
