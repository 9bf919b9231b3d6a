"""What callers do, alone and at once, as hypothesis draws it; and what became of it in a word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from app.domain.command import Command
from app.domain.counting.count import UncountedRule
from tests.property.commands import catalog_commands, claims_of_barcodes, receipts, stock_commands
from tests.property.comparison import Result, Told
from tests.property.document_commands import (
    IT,
    Commands,
    chunks,
    counter_entries,
    creations_of_reservations,
    creations_of_transfers,
    earlier_entries,
    open_picks,
    openings_of_counts,
    picks,
    postings,
    steps_of_alerts,
    steps_of_counts,
    steps_of_reservations,
    steps_of_sent_transfers,
    steps_of_transfers,
    timed_steps_of_counts,
)
from tests.property.pick_resolution import ids_of, kind_of
from tests.property.policy_commands import policy_commands
from tests.property.purchase_commands import (
    commands_on_suppliers,
    creations_of_orders,
    steps_of_order_drafts,
    steps_of_orders,
    steps_of_sent_orders,
)
from tests.property.race_subjects import (
    NEW,
    fresh_counts,
    fresh_drafts,
    fresh_reservations,
    fresh_transfers,
    sent_orders,
    sent_transfers,
    waiting_reservations,
)

BRIEF_LENGTH = 120  # characters of a command that a failure shows
BURST_MAX = 3  # commands per writer: 20 orders in all


@dataclass(frozen=True, repr=False)
class Alone:
    """A command at one of the two writers, and then perhaps one of those that were accepted before once `again`.

    It `is_late` where a month passes before it.
    """

    command: Command
    writer: int
    again: int | None
    is_late: bool

    def __repr__(self) -> str:
        """Tell it in few words: a failure shows all steps before it."""
        return f"Alone({in_brief([self.command])}, writer={self.writer}, again={self.again}, is_late={self.is_late})"


@dataclass(frozen=True, repr=False)
class Race:
    """Commands at both writers, each in their order. `it` is the document that they have in common, if any.

    Those `before` come one by one, so that there is something to meet at. The others are late where a month passes
    after that.
    """

    first: list[Command]
    second: list[Command]
    it: str = "none-0"
    before: tuple[Command, ...] = ()
    is_late: bool = False

    def __repr__(self) -> str:
        """Tell it in few words."""
        parts = map(in_brief, (self.before, self.first, self.second))
        return f"Race({' > '.join(parts)}, it={self.it}, is_late={self.is_late})"


_on_documents: Commands = st.one_of(
    creations_of_reservations,
    creations_of_reservations,
    steps_of_reservations(picks),
    steps_of_reservations(picks),
    counter_entries(picks),
    creations_of_transfers,
    steps_of_transfers(picks),
    steps_of_transfers(picks),
    openings_of_counts,
    steps_of_counts(picks),
    steps_of_alerts(picks),
    steps_of_alerts(picks),
    creations_of_orders,
    steps_of_orders(picks),
    steps_of_orders(picks),
    commands_on_suppliers,
)
_racing: Commands = st.one_of(stock_commands, _on_documents, _on_documents, catalog_commands, policy_commands)
_lone: Commands = st.one_of(_racing, _racing, _racing, timed_steps_of_counts)


_is_late = st.sampled_from([False, False, False, True])


def _burst(commands: Commands, *, most: int = BURST_MAX) -> st.SearchStrategy[list[Command]]:
    return st.lists(commands, min_size=1, max_size=most)


def _race(commands: Commands, *fresh: st.SearchStrategy[tuple[Command, ...]]) -> st.SearchStrategy[Race]:
    """Return a strategy for steps that meet at one thing: a fresh document, or one that is open, if there is any."""
    burst = _burst(commands, most=2)
    meeting = st.builds(Race, first=burst, second=burst, it=open_picks)
    return st.one_of(
        meeting,
        *(
            st.builds(Race, first=burst, second=burst, it=st.just(NEW), before=before, is_late=_is_late)
            for before in fresh
        ),
    )


def _twice(command: Command, before: list[Command], after: list[Command]) -> Race:
    """Return a race in which a partner repeats a call at another server while the first is under way."""
    return Race(first=[*before, command], second=[command, *after])


_with_key = st.one_of(stock_commands, _on_documents, claims_of_barcodes).filter(
    lambda command: command.info.idempotency_key is not None
)
_just_it = st.just(IT)
# Posting leaves what is counted meanwhile, and others go on with it by what they have read before.
_posting_while_counting = st.builds(
    Race,
    first=st.tuples(earlier_entries(_just_it), postings(_just_it, UncountedRule.IGNORE)).map(list),
    second=_burst(chunks(_just_it) | earlier_entries(_just_it), most=2),
    it=st.just(NEW),
    before=fresh_counts,
)
_races = st.one_of(
    st.builds(Race, first=_burst(_racing), second=_burst(_racing)),
    st.builds(Race, first=_burst(_racing), second=_burst(_racing)),
    _race(steps_of_reservations(_just_it) | receipts, fresh_reservations, waiting_reservations),
    _race(steps_of_transfers(_just_it), fresh_transfers),
    _race(steps_of_sent_transfers(_just_it), sent_transfers),
    _race(steps_of_counts(_just_it), fresh_counts),
    _race(steps_of_order_drafts(_just_it) | commands_on_suppliers, fresh_drafts),
    _race(steps_of_sent_orders(_just_it), sent_orders),
    _race(counter_entries(picks) | steps_of_reservations(_just_it), fresh_reservations),
    _posting_while_counting,
    _race(claims_of_barcodes),
    _race(policy_commands),
    _race(creations_of_reservations),
    _race(steps_of_alerts(_just_it) | stock_commands),
    st.builds(_twice, _with_key, _burst(_racing, most=1), _burst(_racing, most=1)),
)


_steps = st.one_of(
    st.builds(
        Alone,
        command=_lone,
        writer=st.integers(0, 1),
        again=st.none() | st.none() | st.integers(0, 99),
        is_late=_is_late,
    ),
    _races,
)


@st.composite
def steps(draw: st.DrawFn) -> Alone | Race:
    """Draw what happens next. A function, because hypothesis prints a strategy with all that it is made of."""
    return draw(_steps)


def meetings(first: Sequence[Command], second: Sequence[Command], told: Sequence[Result]) -> Iterator[str]:
    """Yield in a word which commands of the two callers met at one document, and how many of them were accepted."""
    for one, result in zip(first, told[: len(first)], strict=True):
        for other, other_result in zip(second, told[len(first) :], strict=True):
            if _common(one, other):
                won = isinstance(result, Told) + isinstance(other_result, Told)
                yield f"{' and '.join(sorted((name_of(one), name_of(other))))}: {('neither', 'one', 'both')[won]}"


def in_brief(commands: Sequence[Command]) -> str:
    """Return what commands are about, each in a part of a line."""
    return "; ".join(f"{name_of(each)} {each.content()!s:.{BRIEF_LENGTH}}" for each in commands)


def name_of(command: Command) -> str:
    """Return what a command is called."""
    return type(command).__name__


def _common(one: Command, other: Command) -> bool:
    return kind_of(one) is not None and kind_of(one) is kind_of(other) and bool({*ids_of(one)} & {*ids_of(other)})
