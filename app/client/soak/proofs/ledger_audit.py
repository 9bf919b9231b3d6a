"""Compares the ledger with the journal, beside the load: each minute what is new of each level.

Rule: the lines of a location are read from the newest back to those that were compared, of each level, so that a gap
cannot be missed; an operation that was acknowledged before a pass begins must have been found when it ends.
"""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.client.http.pages import PAGE_SIZE, pages
from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient
from app.client.replay.ledger_walk import AccountCounts, Standing
from app.client.soak.findings import Findings, Invariant
from app.client.soak.load.journal import OperationFate, SoakJournal
from app.domain.stock.level import LevelKey

# What the server does by itself with levels of a soak; each kind names the operation of its lines.
BY_ITSELF = frozenset({"reservationExpire"})
MORE_THAN_NEW = 2_000  # lines that are read at most beyond those that the versions of levels promise

_COUNTS = "onHand reserved unavailable incoming"
_LEVELS = f"""
query SoakLevels($locations: [String!]!, $first: Int!, $after: String) {{
  page: stockLevels(filter: {{locations: $locations}}, first: $first, after: $after) {{
    nodes {{ item {{ sku }} location {{ code }} {_COUNTS} version }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""
_LINES = f"""
query SoakLines($location: String!, $first: Int!, $after: String) {{
  page: movements(filter: {{location: $location}}, first: $first, after: $after) {{
    nodes {{
      version item {{ sku }} change {{ {_COUNTS} }} after {{ {_COUNTS} }} operation {{ kind idempotencyKey }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

Levels = Mapping[LevelKey, Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedLine:
    """A line of the ledger as the audit needs it."""

    version: int
    change: AccountCounts
    after: AccountCounts
    kind: str
    key: str | None


class LedgerAudit:
    """What was compared so far: of each level the version and the counts of its newest line."""

    def __init__(self, journal: SoakJournal, findings: Findings) -> None:
        self._journal, self._findings = journal, findings
        self._standing: dict[LevelKey, Standing] = {}
        self.lines = 0

    async def run(self, client: RetryingClient, locations: Sequence[str]) -> Levels:
        """Compare what is new; return the levels as they were read at first. Raises CannotGoOn."""
        began = time.monotonic()
        levels = await read_levels(client, locations)
        for location in locations:
            here = [key for key in levels if key.location == location]
            new = {key: range(self._standing.get(key, Standing()).version, levels[key].version) for key in here}
            found = await _new_lines(client, location, new)
            for key in here:
                self.compare(key, levels[key], found[key])
        self.end_pass(began)
        return levels

    def compare(self, key: LevelKey, level: Standing, lines: Sequence[AuditedLine]) -> None:
        """Compare a level, and its lines since the last pass in the order of their versions."""
        standing = self._standing.get(key, Standing())
        for line in lines:
            self._findings.check(Invariant.LINES)
            self.lines += 1
            if line.version != standing.version + 1:
                what = "came again" if line.version <= standing.version else f"follows version {standing.version}"
                self._findings.add(Invariant.LINES, f"version {line.version} of {key} {what}")
            elif line.after.without(line.change) != standing.counts:
                self._findings.add(Invariant.LINES, f"version {line.version} of {key} does not join on: {line}")
            self._match(key, line)
            standing = Standing(line.after, line.version)
            if line.version == level.version:
                self._compare_level(key, level, standing)
        if standing.version < level.version:
            self._findings.add(Invariant.LINES, f"no line leads to version {level.version} of {key}")
            standing = level
        self._standing[key] = standing

    def end_pass(self, began: float) -> None:
        """Look for what was acknowledged before the pass began and was not found; it is reported once."""
        for number, sent in list(self._journal.open.items()):
            if sent.acknowledged_at is None or sent.acknowledged_at >= began:
                continue
            missing = next(iter(sent.missing))
            self._findings.add(
                Invariant.ACKNOWLEDGED, f"operation {number} ({sent.kind}) has no line of {missing} in the ledger"
            )
            for key in list(sent.missing):
                self._journal.recorded(number, key)

    def compare_sums(self) -> None:
        """Compare what was acknowledged in all with the levels, once everything was answered and read."""
        for key, total in self._journal.sums().items():
            self._findings.check(Invariant.SUMS)
            found = self._standing.get(key, Standing()).counts
            if found != total:
                self._findings.add(Invariant.SUMS, f"{key} has {found}, and {total} was acknowledged")

    def _compare_level(self, key: LevelKey, level: Standing, standing: Standing) -> None:
        self._findings.check(Invariant.LEVELS)
        if level != standing:
            self._findings.add(Invariant.LEVELS, f"{key} is {level.counts}, its lines add up to {standing.counts}")

    def _match(self, key: LevelKey, line: AuditedLine) -> None:
        """Find the operation of a line, and compare its effect."""
        if line.change == AccountCounts():
            return  # it changes what the journal does not know, such as units that a draft would bring
        number = self._journal.number(line.key)
        if number is None:
            self._match_automatic(key, line)
            return
        self._findings.check(Invariant.ONCE)
        sent = self._journal.open.get(number)
        if sent is None or key not in sent.missing:
            fate = "was refused" if self._journal.fate(number) & OperationFate.REFUSED else "has its line already"
            self._findings.add(Invariant.ONCE, f"operation {number} {fate}, and is in version {line.version} of {key}")
            return
        self._findings.check(Invariant.ACKNOWLEDGED)
        if sent.missing[key] != line.change:
            self._findings.add(
                Invariant.ACKNOWLEDGED,
                f"operation {number} ({sent.kind}) changed {key} by {line.change} instead of {sent.missing[key]}",
            )
        self._journal.recorded(number, key)

    def _match_automatic(self, key: LevelKey, line: AuditedLine) -> None:
        if line.kind in BY_ITSELF and line.change == AccountCounts(reserved=line.change.reserved):
            self._journal.undone(key, line.change)
            return
        self._findings.add(
            Invariant.ONCE, f"version {line.version} of {key} is of {line.kind} under {line.key}, which is not ours"
        )


async def read_levels(client: RetryingClient, locations: Sequence[str]) -> Levels:
    """Return all levels of some locations. Raises CannotGoOn."""
    request = partial(_levels_request, locations)
    return {
        LevelKey(node["item"]["sku"], node["location"]["code"]): Standing(_counts(node), node["version"])
        async for page in pages(client, request)
        for node in page["nodes"]
    }


async def _new_lines(
    client: RetryingClient, location: str, new: Mapping[LevelKey, range]
) -> defaultdict[LevelKey, list[AuditedLine]]:
    """Return the lines of each level behind its known version, the oldest first.

    `new` are the known version of each level and the newest at least.
    """
    found: defaultdict[LevelKey, list[AuditedLine]] = defaultdict(list)
    left = sum(map(len, new.values()))
    patience = left + MORE_THAN_NEW
    async for key, line in _newest_first(client, location):
        versions = new.get(key, range(0))
        if line.version > versions.start:
            found[key].append(line)
            left -= line.version <= versions.stop
        patience -= 1
        if left <= 0 or patience <= 0:
            break
    for lines in found.values():
        lines.reverse()
    return found


async def _newest_first(client: RetryingClient, location: str) -> AsyncIterator[tuple[LevelKey, AuditedLine]]:
    async for page in pages(client, partial(_lines_request, location)):
        for node in page["nodes"]:
            operation = node["operation"]
            line = AuditedLine(
                version=node["version"],
                change=_counts(node["change"]),
                after=_counts(node["after"]),
                kind=operation["kind"],
                key=operation["idempotencyKey"],
            )
            yield LevelKey(node["item"]["sku"], location), line


def _levels_request(locations: Sequence[str], after: str | None) -> Request:
    return Request(_LEVELS, {"locations": locations, "first": PAGE_SIZE, "after": after})


def _lines_request(location: str, after: str | None) -> Request:
    return Request(_LINES, {"location": location, "first": PAGE_SIZE, "after": after})


def _counts(node: Mapping[str, Any]) -> AccountCounts:
    return AccountCounts(node["onHand"], node["reserved"], node["unavailable"], node["incoming"])
