"""Writes what levels need: onto drafts for their suppliers, and as proposed transfers (ADR 19).

Rule: each command decides for itself, on the levels as they are, what is still needed. So a need is ordered once,
however many processes order it, and however often.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.errors import Refused, WrongState
from app.domain.operation import SYSTEM, CommandInfo, Operation
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import OrderDraft, PurchaseOrder, order_draft_id
from app.domain.replenishment.commands.order_from_supplier import OrderCandidate, OrderFromSupplier
from app.domain.replenishment.commands.propose_transfer import ProposeTransfer, TransferCandidate
from app.domain.replenishment.need_route import Need, NeedRoute
from app.domain.transfers.transfer import Transfer
from app.services.command_bus import CommandBus
from app.services.concurrency.bounded_gather import bounded_gather
from app.services.ports import DocumentReader
from app.services.request_info import RequestInfo

ITEMS_AT_ONCE = 200  # per operation: a transaction of some 20 ms
TRIES = 8  # at a draft to which others add at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """The result of an attempt: the operations by which each order or transfer was written or last added to.

    Each stands under the id of its order or transfer, in the order in which those were first written.
    """

    purchases: Mapping[str, Operation] = field(default_factory=dict)
    proposals: Mapping[str, Operation] = field(default_factory=dict)

    def __add__(self, other: "Ordered") -> "Ordered":
        """Return the result of this attempt and a later one."""
        return Ordered(purchases={**self.purchases, **other.purchases}, proposals={**self.proposals, **other.proposals})

    @property
    def orders(self) -> tuple[PurchaseOrder, ...]:
        """The orders that were written or added to, each as it was right after that."""
        return tuple(operation.document(PurchaseOrder) for operation in self.purchases.values())

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """The transfers that were proposed."""
        return tuple(operation.document(Transfer) for operation in self.proposals.values())


class DraftWriter:
    """Writes drafts by the plans of NeedPlanner. All methods raise Overloaded or Unavailable."""

    def __init__(self, *, bus: CommandBus, documents: DocumentReader) -> None:
        self._bus = bus
        self._documents = documents

    async def order(self, needs: Sequence[Need], *, is_review: bool = False) -> Ordered:
        """Order these needs, where they are still needs. Items of one supplier and location share a draft.

        Different drafts are written at the same time, so that they share a transaction.
        """
        transfers, purchases = _grouped_transfers(needs), _grouped_purchases(needs)
        attempts = [
            *(self._propose_all(ends, some, is_review=is_review) for ends, some in transfers.items()),
            *(self._buy_all(draft, some, is_review=is_review) for draft, some in purchases.items()),
        ]
        return sum(await bounded_gather(attempts), start=Ordered())

    async def _propose_all(self, ends: tuple[str, str], needs: Sequence[Need], *, is_review: bool) -> Ordered:
        ordered = Ordered()
        for part in _parts(needs):
            ordered += await self._propose(*ends, part, is_review=is_review)
        return ordered

    async def _buy_all(self, draft: tuple[str, str], needs: Sequence[Need], *, is_review: bool) -> Ordered:
        ordered = Ordered()
        for part in _parts(needs):
            ordered += await self._buy(*draft, part, is_review=is_review)
        return ordered

    async def _propose(self, source: str, destination: str, needs: Sequence[Need], *, is_review: bool) -> Ordered:
        items = tuple(TransferCandidate(sku=need.level.key.sku, is_faster=need.is_faster) for need in needs)

        def build(info: CommandInfo) -> ProposeTransfer:
            return ProposeTransfer(info=info, source=source, destination=destination, items=items, is_review=is_review)

        try:
            outcome = await self._bus.run("replenishmentTransfer", RequestInfo(actor=SYSTEM), build)
        except Refused:
            return Ordered()  # it is not needed any more, or the source has no units to spare by now
        return Ordered(proposals={outcome.operation.document(Transfer).id: outcome.operation})

    async def _buy(self, location: str, supplier: str, needs: Sequence[Need], *, is_review: bool) -> Ordered:
        wishes = tuple(OrderCandidate(sku=need.level.key.sku, later=need.later) for need in needs)
        for _ in range(TRIES):
            draft = await self._draft(supplier, location)
            try:
                outcome = await self._run(location, supplier, wishes, draft, is_review=is_review)
            except Refused as refused:
                if any(isinstance(error, WrongState) for error in refused.errors):
                    continue  # another process has begun a new draft since the look
                return Ordered()  # it is not needed any more, or not available from the supplier
            return Ordered(purchases={outcome.operation.document(PurchaseOrder).id: outcome.operation})
        return Ordered()

    async def _run(
        self, location: str, supplier: str, wishes: tuple[OrderCandidate, ...], draft: str | None, *, is_review: bool
    ) -> Outcome:
        def build(info: CommandInfo) -> OrderFromSupplier:
            return OrderFromSupplier(
                info=info, location=location, supplier=supplier, candidates=wishes, draft=draft, is_review=is_review
            )

        return await self._bus.run("replenishmentOrder", RequestInfo(actor=SYSTEM), build)

    async def _draft(self, supplier: str, location: str) -> str | None:
        identity = order_draft_id(supplier, location)
        pointer = (await self._documents.documents(OrderDraft, [identity])).get(identity)
        return None if pointer is None else pointer.order


def _grouped_transfers(needs: Sequence[Need]) -> Mapping[tuple[str, str], list[Need]]:
    groups: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        if need.route is NeedRoute.TRANSFER and need.source is not None:
            groups.setdefault((need.source, need.level.key.location), []).append(need)
    return groups


def _grouped_purchases(needs: Sequence[Need]) -> Mapping[tuple[str, str], list[Need]]:
    groups: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        if need.route is NeedRoute.PURCHASE and need.supplier is not None:
            groups.setdefault((need.level.key.location, need.supplier.code), []).append(need)
    return groups


def _parts(needs: Sequence[Need]) -> Iterator[Sequence[Need]]:
    for start in range(0, len(needs), ITEMS_AT_ONCE):
        yield needs[start : start + ITEMS_AT_ONCE]
