"""The closing report: its figures by section, and the verdict in sentences.

Rule: the verdict is good only if everything was done, nothing was refused except for want of stock where that was to be
expected, and the proof holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.client.http.retrying_client import ServerStatus
from app.client.replay.documents import InvoiceKind
from app.client.replay.plan import ReplayPlan
from app.client.replay.proof import Proof
from app.client.replay.tally import ReplayTally

_INVOICES = (InvoiceKind.SALE, InvoiceKind.RETURN, InvoiceKind.ADJUSTMENT)

Section = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything known at the end. `stopped` says why the replay ended early; then there is no proof."""

    plan: ReplayPlan
    location: str
    connections: int
    shortages_are_expected: bool
    tally: ReplayTally
    server_status: ServerStatus
    proof: Proof | None = None
    stopped: str | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether all is as it should be."""
        has_failed = self.tally.unexpected_refusals or (self.tally.shortages and not self.shortages_are_expected)
        return self.stopped is None and not has_failed and self.proof is not None and self.proof.holds

    def verdict(self) -> Iterator[str]:
        """Yield the outcome in sentences."""
        tally, total = self.tally, len(self.plan.documents)
        counters = (tally.new, tally.there, tally.refused)
        new, there, refused = (sum(counter[kind] for kind in _INVOICES) for counter in counters)
        if self.stopped is not None:
            yield f"{new + there + refused:,} of {total:,} invoices were answered."
            yield self.stopped
        elif not tally.has_changed_something and not refused:
            yield f"Nothing changed: all {total:,} invoices were there already."
        else:
            yield f"{new:,} invoices were accepted, {there:,} were there already, {refused:,} were refused."
        if self.proof is not None:
            yield _proven(self.proof, self.location)

    def figures(self) -> dict[str, Section]:
        """Return all figures by section. Sections without content are empty."""
        return {
            "file": self._file(),
            "skipped_lines": {reason.value: count for reason, count in sorted(self.plan.skipped.items())},
            "catalog": {"created_or_renamed": self.tally.catalog_new, "already_there": self.tally.catalog_there},
            "documents": {kind.value: self._of_kind(kind) for kind in InvoiceKind},
            "refusals": {
                code: {"documents": refusals.count, "examples": refusals.examples}
                for code, refusals in self.tally.refusals.items()
            },
            "speed": self.tally.speed(connections=self.connections, server_status=self.server_status),
            "proof": proof_figures(self.proof),
            "outcome": {"good": self.is_good, "sentences": list(self.verdict())},
        }

    def _file(self) -> Section:
        plan = self.plan
        return {
            "name": plan.source.name,
            "digest": plan.source.digest,
            "location": self.location,
            "lines": plan.row_count,
            "lines_played": plan.played_lines,
            "lines_skipped": sum(plan.skipped.values()),
            "items": len(plan.names),
            "invoices": len(plan.invoices),
            "units_of_opening_stock": sum(p.units for document in plan.opening for p in document.postings),
        }

    def _of_kind(self, kind: InvoiceKind) -> Section:
        documents = self.plan.opening if kind is InvoiceKind.OPENING else self.plan.documents
        tally = self.tally
        return {
            "to_play": sum(document.kind is kind for document in documents),
            "accepted": tally.new[kind],
            "already_there": tally.there[kind],
            "refused": tally.refused[kind],
        }


def _proven(proof: Proof, location: str) -> str:
    if proof.holds:
        return (
            f"Proven: the {proof.movements:,} movements at {location} add up to its {proof.levels:,} levels exactly, "
            f"and all {proof.documents_proven:,} accepted documents are in the ledger once."
        )
    return f"NOT PROVEN: ledger and levels disagree {proof.disagreements.count:,} times."


def proof_figures(proof: Proof | None) -> Section:
    """Return the figures of a proof; none where there is none."""
    if proof is None:
        return {}
    return {
        "holds": proof.holds,
        "levels": proof.levels,
        "movements": proof.movements,
        "units_on_hand": proof.units_on_hand,
        "accepted_documents_found_once": proof.documents_proven,
        "disagreements": proof.disagreements.count,
        "remarks": proof.disagreements.remarks,
    }
