"""Replenishment runs that clients request: each is done once under its key, and a repeat returns the same result.

Rule: a run is recorded when it has ended. Repeating a run that was interrupted runs it again: what it had ordered is on
order, and not needed any more.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from weakref import WeakValueDictionary

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.operation import CommandInfo, Operation
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.replenishment.commands.record_run import RecordReplenishmentRun
from app.domain.replenishment.replenishment_run import ReplenishmentRun, RunResult
from app.domain.transfers.transfer import Transfer
from app.services.command_bus import CommandBus
from app.services.filters import LevelFilter
from app.services.ports import D, DocumentReader, LedgerReader, LevelReader
from app.services.replenishment.periodic_review import PeriodicReview, ReviewOutcome
from app.services.replenishment.replenishment_worker import ReplenishmentWorker
from app.services.request_info import RequestInfo

KIND = "replenishmentRun"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """The result of a requested run: its record, and the orders and transfers that the record lists, as they are now.

    `run` is None where an earlier build recorded the run without its result.
    """

    outcome: Outcome
    run: ReplenishmentRun | None
    orders: tuple[PurchaseOrder, ...] = ()
    transfers: tuple[Transfer, ...] = ()


class RequestedRuns:
    """The requested runs of one process."""

    def __init__(
        self,
        *,
        bus: CommandBus,
        levels: LevelReader,
        ledger: LedgerReader,
        documents: DocumentReader,
        review: PeriodicReview,
        worker: ReplenishmentWorker,
        visibility: Visibility = EVERYTHING,
    ) -> None:
        """Order for visible levels. `review` and `worker` serve all levels."""
        self._visibility = visibility
        self._bus = bus
        self._levels = levels
        self._ledger = ledger
        self._documents = documents
        self._review = review
        self._worker = worker
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # of those under way

    async def run(
        self, *, skus: tuple[str, ...] | None, locations: tuple[str, ...] | None, is_review: bool, request: RequestInfo
    ) -> RunOutcome:
        """Order what is needed now; with `is_review`, measure demand first, and order for today's review dates, too.

        A repeat waits for the run that is under way in this process, then finds it recorded, and does nothing. If two
        processes run it at the same time, both return what the first to end has ordered. Raises Refused, Overloaded or
        Unavailable.
        """

        def build(info: CommandInfo, *, result: RunResult) -> RecordReplenishmentRun:
            return RecordReplenishmentRun(info=info, skus=skus, locations=locations, is_review=is_review, result=result)

        identity = self._bus.checked(KIND, request, partial(build, result=RunResult())).info.operation_id
        where = LevelFilter(skus=skus, locations=locations, is_archived=False).within(self._visibility)
        async with self._turns.setdefault(identity, asyncio.Lock()):
            is_new = identity not in await self._ledger.operations([identity])
            result = await self._order(where, is_review=is_review) if is_new else RunResult()
            return await self._result_of(await self._bus.run(KIND, request, partial(build, result=result)))

    async def _order(self, where: LevelFilter, *, is_review: bool) -> RunResult:
        done = await self._review.run(where) if is_review else ReviewOutcome()
        done = replace(done, ordered=done.ordered + await self._worker.sweep(where))
        return RunResult(
            reviewed=done.levels,
            changed=done.changed,
            orders=[operation.id for operation in done.ordered.purchases.values()],
            transfers=[operation.id for operation in done.ordered.proposals.values()],
            declined=await self._levels.count_levels(replace(where, is_declined=True)),
        )

    async def _result_of(self, outcome: Outcome) -> RunOutcome:
        """Return what the record lists, whether it was made just now or by an earlier call: so both list the same.

        Of what is not visible any more, nothing is listed or counted.
        """
        identity = outcome.operation.id
        run = (await self._documents.documents(ReplenishmentRun, [identity])).get(identity)
        if run is None:
            return RunOutcome(outcome=outcome, run=None)
        found = await self._ledger.operations([*run.orders, *run.transfers])
        orders = await self._now(PurchaseOrder, [found[each] for each in run.orders])
        transfers = await self._now(Transfer, [found[each] for each in run.transfers])
        if self._visibility.is_limited:
            run = replace(run, order_count=len(orders), transfer_count=len(transfers))
        return RunOutcome(outcome=outcome, run=run, orders=orders, transfers=transfers)

    async def _now(self, kind: type[D], operations: Sequence[Operation]) -> tuple[D, ...]:
        """Return the documents that operations have written, as they are now."""
        ids = [operation.document(kind).id for operation in operations]
        found = await self._documents.documents(kind, ids) if ids else {}
        return tuple(found[each] for each in ids if each in found)
