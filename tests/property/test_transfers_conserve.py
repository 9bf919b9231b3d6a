"""Any sequence of transfers conserves: no unit appears or disappears but by a line that says so.

Over the store in memory, which decides with the same commands as the others; the contract tests hold those to it.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import Refused
from app.domain.limits import MAX_QUANTITY
from app.domain.outcome import Outcome
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.transfers.commands.create_transfer import TransferUnits
from app.domain.transfers.transfer import UNDER_WAY, Transfer, TransferLine, TransferState
from app.services.request_info import RequestInfo
from tests.support.loop import LoopThread, loop_thread
from tests.support.scene import adjust, given_catalog, request_info
from tests.support.store import memory_store
from tests.support.transfers import check_transfers, transfer_in, transfers_in, units

SKUS, CODES = ("TEA", "CUP"), ("MAIN", "NORTH", "SOUTH")
KEYS = [LevelKey(sku, code) for sku in SKUS for code in CODES]
STATES_TO_CANCEL = UNDER_WAY | {TransferState.DRAFT}

Request = Callable[[], Awaitable[Outcome]]  # may be made again

level_keys = st.sampled_from(KEYS)
few = st.integers(1, 6)
classes = st.sampled_from((None, None, *UnavailableReason))
reasons = st.sampled_from([MovementReason.FOUND, MovementReason.LOST])
wild_reasons = st.none() | reasons | st.just(MovementReason.TRANSFER)
wild_skus, wild_units = st.sampled_from((*SKUS, "NONE")), few | st.sampled_from([-1, 0, MAX_QUANTITY])
wild_lines = st.lists(st.builds(TransferUnits, sku=wild_skus, quantity=wild_units), max_size=3)
wild_arrivals = st.lists(
    st.builds(Arrival, sku=wild_skus, quantity=wild_units, damaged=few | st.just(0), over_reason=wild_reasons),
    max_size=3,
)


@st.composite
def shipments(draw: st.DrawFn, transfer: Transfer) -> list[TransferUnits]:
    """Draw lines that may leave."""
    drawn = [TransferUnits(sku=line.sku, quantity=draw(st.integers(0, line.quantity))) for line in transfer.lines]
    return drawn[: draw(st.integers(1, len(drawn)))]


@st.composite
def arrivals(draw: st.DrawFn, line: TransferLine) -> Arrival:
    """Draw units that may arrive, too many at times."""
    quantity = draw(st.integers(0, line.outstanding + 1))
    over_reason = draw(reasons) if quantity > line.outstanding else None
    return Arrival(sku=line.sku, quantity=quantity, damaged=draw(st.integers(0, quantity)), over_reason=over_reason)


class Trade:
    """A store, what was done to it, and what ought to be there in all of each item."""

    def __init__(self, loop: LoopThread, data: st.DataObject) -> None:
        self._loop, self._draw = loop, data.draw
        self._store = memory_store()
        self._known: dict[str, Transfer] = {}
        self._brought: Counter[str] = Counter()  # units brought in and taken out, by item
        self._accepted: list[Request] = []
        self._numbers = count()
        loop.run(given_catalog(self._store, *KEYS))
        for sku in SKUS:
            for code in ("MAIN", "NORTH"):
                self._adjust(LevelKey(sku, code), 12)

    def bring_or_take(self) -> None:
        """Receive units, or sell them."""
        self._adjust(self._draw(level_keys), self._draw(st.integers(-5, 9).filter(bool)))

    def create(self) -> None:
        """Write down a transfer, and perhaps send off all of it."""
        source, destination, _ = self._draw(st.permutations(CODES))
        lines = self._draw(st.dictionaries(st.sampled_from(SKUS), few, min_size=1))
        said = self._about()
        outcome = self._run(
            lambda: self._store.transfers.create(source, destination, units(*lines.items()), request=said)
        )
        assert outcome is not None
        if self._draw(st.booleans()):
            self._ship(transfer_in(outcome), None)

    def ship(self) -> None:
        """Send off a part of a transfer."""
        if transfer := self._transfer(frozenset({TransferState.DRAFT})):
            self._ship(transfer, self._draw(shipments(transfer)))

    def receive(self) -> None:
        """Take in a part of a transfer, or too much of it."""
        if transfer := self._transfer(UNDER_WAY):
            self._receive(transfer, self._draw(st.tuples(*map(arrivals, transfer.lines))))

    def receive_the_last(self) -> None:
        """Take in a part of a transfer, and give up the rest."""
        if transfer := self._transfer(UNDER_WAY):
            lines = self._draw(st.tuples(*map(arrivals, transfer.lines)))
            self._receive(transfer, lines, is_complete=True, reason=self._draw(reasons))

    def receive_the_rest(self) -> None:
        """Take in all that is outstanding."""
        if transfer := self._transfer(UNDER_WAY):
            self._receive(transfer, None)

    def cancel(self) -> None:
        """Give up a transfer."""
        if transfer := self._transfer(STATES_TO_CANCEL):
            said = self._about()
            self._run(lambda: self._store.transfers.cancel(transfer.id, request=said))

    def go_wild(self) -> None:
        """Ask for what will mostly be refused."""
        if not self._known:
            return
        transfer = self._draw(st.sampled_from(list(self._known.values())))
        if self._draw(st.booleans()):
            self._ship(transfer, self._draw(st.none() | wild_lines))
        else:
            lines, reason = self._draw(st.none() | wild_arrivals), self._draw(wild_reasons)
            self._receive(transfer, lines and tuple(lines), is_complete=self._draw(st.booleans()), reason=reason)

    def reclassify(self) -> None:
        """Change why units may not be sold, or give them up."""
        key, quantity, source, target = self._draw(st.tuples(level_keys, few, classes, classes))
        said, stock = self._about(), self._store.stock
        self._run(lambda: stock.reclassify(key, quantity=quantity, source=source, target=target, request=said))

    def write_off(self) -> None:
        """Give up units that are damaged."""
        key, quantity, said = self._draw(level_keys), self._draw(few), self._about()
        reason = UnavailableReason.DAMAGED
        if self._run(lambda: self._store.stock.write_off(key, quantity=quantity, reason=reason, request=said)):
            self._brought[key.sku] -= quantity

    def repeat(self) -> None:
        """Ask again for what was done before: it is not done again."""
        outcome = self._run(self._draw(st.sampled_from(self._accepted[::-1])))
        assert outcome is not None
        assert outcome.replayed

    def check(self) -> None:
        """Prove that every unit is somewhere: on hand or on its way, but for what lines tell was lost or over."""
        contents = self._loop.run(check_transfers(self._store))
        assert transfers_in(contents) == set(self._known.values())
        there, told = Counter[str](), Counter[str](self._brought)
        for level in contents.levels:
            there[level.key.sku] += level.on_hand + level.incoming
        for transfer in self._known.values():
            for line in transfer.lines:
                told[line.sku] += line.over - line.lost
        assert there == told

    def _transfer(self, states: frozenset[TransferState]) -> Transfer | None:
        known = [transfer for transfer in self._known.values() if transfer.state in states]
        return self._draw(st.sampled_from(known)) if known else None

    def _about(self) -> RequestInfo:
        return request_info(f"k{next(self._numbers)}")

    def _adjust(self, key: LevelKey, delta: int) -> None:
        number = f"k{next(self._numbers)}"
        if self._run(lambda: adjust(self._store, key, delta, idempotency_key=number)):
            self._brought[key.sku] += delta

    def _ship(self, transfer: Transfer, lines: list[TransferUnits] | None) -> None:
        said = self._about()
        self._run(lambda: self._store.transfers.ship(transfer.id, lines=lines, request=said))

    def _receive(
        self,
        transfer: Transfer,
        lines: tuple[Arrival, ...] | None,
        *,
        is_complete: bool = False,
        reason: MovementReason | None = None,
    ) -> None:
        said, transfers = self._about(), self._store.transfers
        self._run(
            lambda: transfers.receive(
                transfer.id, lines=lines, is_complete=is_complete, short_reason=reason, request=said
            )
        )

    def _run(self, request: Request) -> Outcome | None:
        """Return the outcome; None of a refusal, after proving that it changed nothing. Nor does a repeat."""
        outcome = self._loop.run(self._outcome(request))
        if outcome is not None and not outcome.replayed:
            self._accepted.append(request)
            if any(isinstance(each, Transfer) for each in outcome.operation.documents):
                transfer = transfer_in(outcome)
                self._known[transfer.id] = transfer
        return outcome

    async def _outcome(self, request: Request) -> Outcome | None:
        before = await self._store.contents()
        try:
            outcome = await request()
        except Refused:
            assert await self._store.contents() == before
            return None
        assert (await self._store.contents() == before) is outcome.replayed
        return outcome


STEPS = [
    Trade.bring_or_take,
    *(3 * [Trade.create]),
    Trade.ship,
    *(3 * [Trade.receive]),
    Trade.receive_the_last,
    Trade.receive_the_rest,
    Trade.cancel,
    Trade.go_wild,
    Trade.reclassify,
    Trade.write_off,
    Trade.repeat,
]


@pytest.fixture(scope="module")
def loop() -> Iterator[LoopThread]:
    """Run the store on a loop of its own: hypothesis itself cannot wait."""
    with loop_thread() as loop:
        yield loop


@settings(
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_any_sequence_of_transfers_conserves(loop: LoopThread, data: st.DataObject) -> None:
    """Drafts, shipments, receipts, cancellations, repeats and refusals, between sales of the same units."""
    trade = Trade(loop, data)
    for step in data.draw(st.lists(st.sampled_from(STEPS), min_size=15, max_size=40)):
        step(trade)
        trade.check()
