"""The proof that ledger and levels agree, read through the public API.

Rule: it proves a location at rest. If another client changes it meanwhile, it reports that instead of guessing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.client.http.pages import Node, pages
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import RetryingClient
from app.client.replay import requests
from app.client.replay.ledger_walk import AccountCounts, Accounts, Disagreements, LedgerLine, LedgerWalk, Standing
from app.client.replay.tally import ReplayTally


@dataclass(slots=True)
class Proof:
    """What was read and compared."""

    levels: int = 0
    movements: int = 0
    units_on_hand: int = 0
    documents_proven: int = 0
    disagreements: Disagreements = field(default_factory=Disagreements)

    @property
    def holds(self) -> bool:
        """Tell whether everything agreed."""
        return self.disagreements.count == 0


async def prove(
    client: RetryingClient,
    location: str,
    *,
    tally: ReplayTally,
    display: ProgressDisplay,
    also: Callable[[LedgerLine], None] = lambda _: None,
) -> Proof:
    """Compare all levels of the location, all its movements, and what was accepted. Raises CannotGoOn.

    `also` receives each movement, the newest first.
    """
    proof = Proof()
    total = await _movement_count(client, location)
    levels = await read_levels(client, location)
    walk = LedgerWalk(levels, proof.disagreements)
    accounts = Accounts(tally.accepted, tally.refused_references, proof.disagreements)
    with display.phase("Proof", total=total) as advance:
        async for page in pages(client, lambda after: requests.movements(location, after=after)):
            for line in map(_ledger_line, page["nodes"]):
                walk.undo(line)
                accounts.take(line)
                also(line)
            proof.movements += len(page["nodes"])
            advance(len(page["nodes"]))
    changed = await _movement_count(client, location) - total
    if changed or proof.movements != total:
        proof.disagreements.add(
            f"The ledger had {total} movements, {proof.movements} were read, {changed} came in meanwhile: "
            f"another client changes {location}. Run the replay again when it is at rest."
        )
    walk.end()
    accounts.end()
    proof.levels = len(levels)
    proof.units_on_hand = sum(standing.counts.on_hand for standing in levels.values())
    proof.documents_proven = accounts.proven
    return proof


async def _movement_count(client: RetryingClient, location: str) -> int:
    data = await client.ask(requests.movements(location, first=0, with_total=True))
    return int(data["page"]["totalCount"])


async def read_levels(client: RetryingClient, location: str) -> dict[str, Standing]:
    """Return all levels of the location by SKU. Raises CannotGoOn."""
    return {
        node["item"]["sku"]: Standing(_counts(node), node["version"])
        async for page in pages(client, lambda after: requests.levels(location, after=after))
        for node in page["nodes"]
    }


def _ledger_line(node: Node) -> LedgerLine:
    return LedgerLine(
        sku=node["item"]["sku"],
        operation_id=node["operation"]["id"],
        reference=node["reference"],
        reason=node["reason"],
        change=_counts(node["change"]),
        after=Standing(_counts(node["after"]), node["version"]),
    )


def _counts(node: Node) -> AccountCounts:
    return AccountCounts(node["onHand"], node["reserved"], node["unavailable"], node["incoming"])
