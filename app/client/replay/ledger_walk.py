"""The arithmetic of the proof: from the levels backwards through the ledger, down to nothing.

Rule: nothing is believed that can be computed. Undone one by one, the newest first, the movements of a level must each
have left exactly what is there, and all of them together must leave zero units and version zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.client.replay.documents import Invoice
from app.domain.stock.movement import MovementReason

MAX_REMARKS = 20  # the first ones show what is wrong; the rest is counted


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """The four counts of a level, or what a movement added to them, in units."""

    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    incoming: int = 0

    def without(self, change: "AccountCounts") -> "AccountCounts":
        """Return what was there before a change."""
        return AccountCounts(
            self.on_hand - change.on_hand,
            self.reserved - change.reserved,
            self.unavailable - change.unavailable,
            self.incoming - change.incoming,
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """A level at one version."""

    counts: AccountCounts = field(default_factory=AccountCounts)
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """A movement as the API returns it."""

    sku: str
    operation_id: str
    reference: str | None
    reason: str
    change: AccountCounts
    after: Standing


@dataclass(slots=True)
class Disagreements:
    """What does not agree: how much, and the first remarks."""

    count: int = 0
    remarks: list[str] = field(default_factory=list)

    def add(self, remark: str) -> None:
        """Note one."""
        self.count += 1
        if len(self.remarks) < MAX_REMARKS:
            self.remarks.append(remark)


class LedgerWalk:
    """Undoes the movements of all levels."""

    def __init__(self, levels: Mapping[str, Standing], disagreements: Disagreements) -> None:
        self._standing = dict(levels)
        self._disagreements = disagreements
        self._lost: set[str] = set()  # SKUs that have disagreed: what follows of them says nothing new

    def undo(self, line: LedgerLine) -> None:
        """Undo one movement, the newest of its level that is left."""
        if line.sku in self._lost:
            return
        standing = self._standing.get(line.sku, Standing())
        if standing != line.after:
            self._lose(line.sku, f"the ledger says {_told(line.after)}, but it must be {_told(standing)}")
            return
        self._standing[line.sku] = Standing(standing.counts.without(line.change), standing.version - 1)

    def end(self) -> None:
        """Note the levels that the ledger does not explain to the end."""
        for sku, standing in self._standing.items():
            if standing != Standing() and sku not in self._lost:
                self._lose(sku, f"no movement explains {_told(standing)}")

    def _lose(self, sku: str, remark: str) -> None:
        self._lost.add(sku)
        self._disagreements.add(f"Level {sku}: {remark}.")


class Accounts:
    """Finds the movements of every accepted document in the ledger, each once, and none of a refused one."""

    def __init__(
        self, accepted: Mapping[str, Invoice], refused_references: Iterable[str], disagreements: Disagreements
    ) -> None:
        self.proven = 0
        self._accepted = accepted
        self._refused = frozenset(refused_references)
        self._disagreements = disagreements
        self._missing: defaultdict[str, dict[str, tuple[int, MovementReason]]] = defaultdict(dict)
        for operation_id, document in accepted.items():
            for posting in document.postings:
                self._missing[operation_id][posting.sku] = (posting.units, posting.reason)

    def take(self, line: LedgerLine) -> None:
        """Tick off one movement. Those of others are no concern of ours."""
        document = self._accepted.get(line.operation_id)
        if document is None:
            if line.reference in self._refused and line.reason == MovementReason.SALE:
                self._disagreements.add(f"Invoice {line.reference} was refused, but moved {line.sku}.")
            return
        missing = self._missing[line.operation_id]
        expected = missing.pop(line.sku, None)
        if expected is None:
            self._disagreements.add(f"Invoice {document.reference} moved {line.sku} more than once.")
        elif (line.change, line.reason, line.reference) != (
            AccountCounts(expected[0]),
            expected[1],
            document.reference,
        ):
            self._disagreements.add(
                f"Invoice {document.reference} moved {line.change.on_hand} of {line.sku} ({line.reason}) "
                f"under {line.reference} instead of {expected[0]} ({expected[1]})."
            )
        elif not missing:
            self.proven += 1

    def end(self) -> None:
        """Note the documents that the ledger lacks, in part or as a whole."""
        for operation_id, missing in self._missing.items():
            if missing:
                document = self._accepted[operation_id]
                self._disagreements.add(
                    f"Invoice {document.reference} was accepted, but the ledger lacks {len(missing)} of its "
                    f"{len(document.postings)} lines, for example {next(iter(missing))}."
                )


def _told(standing: Standing) -> str:
    counts = standing.counts
    return (
        f"version {standing.version} with {counts.on_hand} on hand, {counts.reserved} reserved, "
        f"{counts.unavailable} unavailable, {counts.incoming} incoming"
    )
