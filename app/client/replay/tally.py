"""What became of what was sent, counted while it happens, so that a replay that is stopped has its figures too."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from app.client.http.retrying_client import ServerStatus
from app.client.replay.documents import Invoice, InvoiceKind

EXAMPLES_PER_CODE = 3
PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "max": 100}
SHORTAGE = "INSUFFICIENT_STOCK"


@dataclass(slots=True)
class Refusals:
    """How many requests were refused for one reason, and what the server said of the first ones."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.examples) < EXAMPLES_PER_CODE:
            self.examples.append(example)


@dataclass(slots=True)
class ReplayTally:
    """The counts of one run. `accepted` names the operation of each document that the server has, however it came."""

    catalog_new: int = 0
    catalog_there: int = 0
    new: Counter[InvoiceKind] = field(default_factory=Counter)
    there: Counter[InvoiceKind] = field(default_factory=Counter)
    refused: Counter[InvoiceKind] = field(default_factory=Counter)
    refusals: dict[str, Refusals] = field(default_factory=dict)
    accepted: dict[str, Invoice] = field(default_factory=dict)
    refused_references: set[str] = field(default_factory=set)
    lines_answered: int = 0
    unanswered: int = 0
    latencies_seconds: list[float] = field(default_factory=list)
    played_seconds: float = 0.0

    def note_catalog(self, name: str, outcome: Mapping[str, Any]) -> None:
        """Count the answer to an item or the location."""
        if outcome["userErrors"]:
            self._note_refusal(name, outcome["userErrors"])
        elif outcome["replayed"]:
            self.catalog_there += 1
        else:
            self.catalog_new += 1

    def note_document(self, document: Invoice, outcome: Mapping[str, Any]) -> None:
        """Count the answer to a document."""
        errors = outcome["userErrors"]
        if errors:
            self.refused[document.kind] += 1
            if all(error["code"] == SHORTAGE for error in errors):
                self.refused_references.add(document.reference)
            self._note_refusal(document.reference, errors)
            return
        (self.there if outcome["replayed"] else self.new)[document.kind] += 1
        self.accepted[outcome["operation"]["id"]] = document

    @property
    def has_changed_something(self) -> bool:
        """Tell whether the server recorded anything that it did not have before."""
        return self.catalog_new > 0 or self.new.total() > 0

    @property
    def shortages(self) -> int:
        """How many documents were refused for want of stock."""
        return self.refusals[SHORTAGE].count if SHORTAGE in self.refusals else 0

    @property
    def unexpected_refusals(self) -> int:
        """How many reasons to refuse were given other than want of stock."""
        return sum(refusals.count for code, refusals in self.refusals.items() if code != SHORTAGE)

    def speed(self, *, connections: int, server_status: ServerStatus) -> dict[str, Any]:
        """Return how fast the server answered all invoices that it did answer, as figures; none if it answered none."""
        latencies, seconds = sorted(self.latencies_seconds), self.played_seconds
        if not latencies or not seconds:
            return {}
        return {
            "connections": connections,
            "seconds": round(seconds, 2),
            "invoices_per_second": round(len(latencies) / seconds, 1),
            "lines_per_second": round(self.lines_answered / seconds, 1),
            **{f"latency_{name}_ms": _percentile(latencies, share) for name, share in PERCENTILES.items()},
            "times_told_to_wait": server_status.waits,
            "seconds_without_the_server": [round(seconds, 1) for seconds in server_status.away_seconds],
            "requests_without_an_answer": self.unanswered,
        }

    def _note_refusal(self, name: str, errors: Sequence[Mapping[str, Any]]) -> None:
        first_of_code = {error["code"]: error["message"] for error in reversed(errors)}
        for code, message in first_of_code.items():
            self.refusals.setdefault(code, Refusals()).add(f"{name}: {message}")


def _percentile(sorted_seconds: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile in milliseconds."""
    rank = max(1, ceil(len(sorted_seconds) * percent / 100))
    return round(sorted_seconds[rank - 1] * 1_000, 2)
