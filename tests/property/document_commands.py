"""Commands on reservations, transfers and counts, as hypothesis draws them.

Which document each is about is a pick: `tests.property.pick_resolution` turns it into an id when the command is run.
"""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from msgspec import structs

from app.domain.alerts.commands.change_alert import AcknowledgeAlert, SnoozeAlert, WakeAlert
from app.domain.command import Command
from app.domain.counting.commands.cancel_count import CancelCount
from app.domain.counting.commands.open_count import OpenCount
from app.domain.counting.commands.post_count import PostCount, PostCountChunk, PostingChunk
from app.domain.counting.commands.record_count import CountedUnits, RecordCount
from app.domain.counting.count import UncountedRule
from app.domain.counting.count_line import CountMode
from app.domain.limits import MAX_TTL_SECONDS
from app.domain.purchasing.commands.reverse_purchase_receipt import ReversePurchaseReceipt, WrongUnits
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.reservations.commands.change_reservation import (
    ExtendReservation,
    FulfillReservation,
    ReleaseReservation,
)
from app.domain.reservations.commands.create_reservation import CreateReservation
from app.domain.reservations.commands.expire_reservation import ExpireReservation
from app.domain.reservations.commands.move_reservation import MoveReservation
from app.domain.reservations.commands.reverse_fulfillment import ReverseFulfillment
from app.domain.reservations.commands.update_reservation import UpdateReservation
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.commands.cancel_transfer import CancelTransfer
from app.domain.transfers.commands.create_transfer import CreateTransfer, TransferUnits
from app.domain.transfers.commands.receive_transfer import ReceiveTransfer
from app.domain.transfers.commands.reverse_transfer_loss import ReverseTransferLoss
from app.domain.transfers.commands.ship_transfer import ShipTransfer
from tests.property.commands import (
    BARCODES,
    CODES,
    NONE,
    causes,
    codes,
    counts,
    different,
    few,
    level_keys,
    skus,
    some,
    unkeyed,
)

Commands = st.SearchStrategy[Command]
Picks = st.SearchStrategy[str]

IT = "it"  # the one document that a race is about
_numbers = st.integers(0, 9)
open_picks: Picks = _numbers.map(lambda number: f"open-{number}")
waiting: Picks = _numbers.map(lambda number: f"waiting-{number}")
_others: Picks = st.builds("{}-{}".format, st.sampled_from(["new", "any", "none"]), _numbers)
picks: Picks = st.one_of(open_picks, open_picks, open_picks, _others)

ttls = st.sampled_from([None, MAX_TTL_SECONDS])
over_reasons = st.none() | st.just(MovementReason.FOUND)
UNLOOKED = PostingChunk(is_last=True)  # what is to be posted is looked up when the command is run


def _lines_of(build: Any, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a line's type
    lines = st.builds(build, sku=skus, location=st.none() | codes, **fields)
    return st.lists(lines, min_size=1, max_size=3, unique_by=lambda line: (line.sku, line.location)).map(tuple)


creations_of_reservations: Commands = st.builds(
    CreateReservation,
    info=causes,
    lines=_lines_of(RequestedLine, quantity=few),
    ttl_seconds=ttls,
    allow_partial=st.booleans(),
    accept_backorder=some((True,), rare=False),
    locations=st.none() | st.none() | st.permutations(CODES).map(lambda found: tuple(found[:1])),
    max_locations=st.sampled_from([None, None, 1]),
)


def steps_of_reservations(ids: Picks) -> Commands:
    """Return a strategy for what is done with reservations that exist."""
    parts = st.none() | _lines_of(ReservedUnits, quantity=st.none() | few)
    return st.one_of(
        st.builds(FulfillReservation, info=causes, id=ids, lines=parts),
        st.builds(ReleaseReservation, info=causes, id=ids, lines=parts),
        st.builds(ExtendReservation, info=causes, id=ids, ttl_seconds=ttls),
        st.builds(ExpireReservation, info=unkeyed, id=ids),
        st.builds(
            UpdateReservation,
            info=causes,
            id=ids,
            lines=_lines_of(RequestedLine, quantity=st.integers(0, 9)),
            allow_partial=st.booleans(),
            accept_backorder=some((True,), rare=False),
        ),
        st.builds(
            MoveReservation,
            info=causes,
            id=ids,
            location=codes,
            lines=_lines_of(ReservedUnits, quantity=st.none() | few),
        ),
        st.builds(
            AssignBackorders,
            info=unkeyed,
            key=level_keys,
            reservations=st.lists(waiting | waiting | ids, min_size=1, max_size=3).map(tuple),
        ),
    )


def counter_entries(ids: Picks) -> Commands:
    """Return a strategy for what takes back what was done with documents; which of it is looked up when it is run."""
    units = different(st.builds(TransferUnits, sku=skus, quantity=few), by="sku", most=2)
    wrong = different(st.builds(WrongUnits, sku=skus, quantity=few), by="sku", most=2)
    which = _numbers.map("{}".format)
    return st.one_of(
        st.builds(
            ReverseFulfillment,
            info=causes,
            id=ids,
            operation_id=which,
            shipped=st.just(()),
            lines=st.none() | _lines_of(ReservedUnits, quantity=st.none() | st.integers(1, 3)),
        ),
        st.builds(ReverseTransferLoss, info=causes, transfer_id=ids, operation_id=which, lines=st.none() | units),
        st.builds(
            ReversePurchaseReceipt,
            info=causes,
            order_id=ids,
            receipt_id=which,
            seen=st.none(),
            lines=st.none() | wrong,
        ),
    )


def _noted(command: AcknowledgeAlert | SnoozeAlert, note: str | None) -> Command:
    return replace(command, info=structs.replace(command.info, note=note))


def steps_of_alerts(ids: Picks) -> Commands:
    """Return a strategy for what people note of alerts. `until` is how many days from now."""
    naps = st.builds(SnoozeAlert, info=causes, id=ids, until=st.sampled_from([Moment(1), Moment(1), Moment(20), None]))
    notes = st.builds(_noted, st.builds(AcknowledgeAlert, info=causes, id=ids) | naps, st.none() | st.just("Ada"))
    return st.one_of(notes, notes, st.builds(WakeAlert, info=unkeyed, id=ids))


def _ends(found: list[str]) -> dict[str, str]:
    return {"source": found[0], "destination": found[1]}


creations_of_transfers: Commands = st.builds(
    lambda ends, **rest: CreateTransfer(**rest, **ends),
    st.permutations(CODES).map(_ends) | st.permutations(CODES).map(_ends) | st.permutations((*CODES, NONE)).map(_ends),
    info=causes,
    lines=different(st.builds(TransferUnits, sku=skus, quantity=few), by="sku", most=2),
)


@st.composite
def arrivals(draw: st.DrawFn, smallest: int) -> Arrival:
    """Draw what arrived of an item, some of it damaged, with a reason for what is over or without one."""
    quantity = draw(st.integers(smallest, 4))
    damaged = draw(st.integers(0, quantity))
    return Arrival(sku=draw(skus), quantity=quantity, damaged=damaged, over_reason=draw(over_reasons))


def steps_of_drafts(ids: Picks) -> Commands:
    """Return a strategy for what is done with transfers that have not left yet."""
    lines = different(st.builds(TransferUnits, sku=skus, quantity=few), by="sku", most=2)
    return st.one_of(
        st.builds(ShipTransfer, info=causes, transfer_id=ids),
        st.builds(ShipTransfer, info=causes, transfer_id=ids, lines=lines),
        st.builds(CancelTransfer, info=causes, transfer_id=ids),
    )


def steps_of_sent_transfers(ids: Picks) -> Commands:
    """Return a strategy for what is done with transfers that are on their way."""
    parts = st.builds(ReceiveTransfer, info=causes, transfer_id=ids, lines=different(arrivals(1), by="sku", most=2))
    return st.one_of(
        parts,
        parts,
        parts,
        st.builds(ReceiveTransfer, info=causes, transfer_id=ids),
        st.builds(
            ReceiveTransfer,
            info=causes,
            transfer_id=ids,
            lines=st.just(()) | different(arrivals(0), by="sku", most=2),
            is_complete=st.just(True),
            short_reason=st.none() | st.just(MovementReason.LOST),
        ),
        st.builds(CancelTransfer, info=causes, transfer_id=ids),
    )


def steps_of_transfers(ids: Picks) -> Commands:
    """Return a strategy for what is done with transfers that exist."""
    return steps_of_drafts(ids) | steps_of_sent_transfers(ids)


openings_of_counts: Commands = st.builds(
    OpenCount,
    info=causes,
    location=codes,
    skus=st.none() | st.none() | st.lists(skus, min_size=1, max_size=2, unique=True).map(tuple),
    is_blind=st.booleans(),
    mode=st.sampled_from(CountMode),
)
_entries = st.one_of(
    st.builds(CountedUnits, sku=skus, quantity=counts, starts_over=st.booleans()),
    st.builds(CountedUnits, sku=skus, quantity=counts),
    st.builds(CountedUnits, barcode=st.sampled_from(BARCODES), quantity=counts),
)
_entry_lists = st.lists(_entries, min_size=1, max_size=2).map(tuple)


def _earlier(command: RecordCount, steps: int) -> RecordCount:
    return replace(command, info=structs.replace(command.info, occurred_at=Moment(steps)))


def earlier_entries(ids: Picks) -> Commands:
    """Return a strategy for entries that tell of an earlier moment: `occurred_at` is how many steps ago."""
    entries = st.builds(RecordCount, info=causes, count_id=ids, location=st.none(), lines=_entry_lists)
    return st.builds(_earlier, entries, st.integers(0, 4))


def postings(ids: Picks, rule: UncountedRule) -> Commands:
    """Return a strategy for the postings of counts."""
    return st.builds(
        PostCount,
        info=causes,
        count_id=ids,
        location=st.none(),
        rule=st.just(rule),
        uncounted=st.just(0),
        chunk=st.just(UNLOOKED),
    )


def chunks(ids: Picks) -> Commands:
    """Return a strategy for what goes on with the posting of counts."""
    return st.builds(PostCountChunk, info=unkeyed, count_id=ids, location=st.just(NONE), chunk=st.just(UNLOOKED))


def steps_of_counts(ids: Picks) -> Commands:
    """Return a strategy for what is done with counts that exist, whatever else is done at the same moment."""
    return st.one_of(
        earlier_entries(ids),
        earlier_entries(ids),
        postings(ids, UncountedRule.IGNORE),
        chunks(ids),
        st.builds(CancelCount, info=causes, count_id=ids),
    )


# What goes by the very moment of its decision. Two that meet come out by whose clock is ahead, which no model foresees.
timed_steps_of_counts: Commands = st.one_of(
    st.builds(RecordCount, info=causes, count_id=picks, location=st.none(), lines=_entry_lists),
    postings(picks, UncountedRule.ZERO),
)
