"""Sends chunks, and takes note of what the server says of each row."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.files.importing import requests
from app.files.importing.chunks import Chunk
from app.files.importing.kind import Kind
from app.files.importing.rejects import Rejects
from app.files.importing.rows import Reject, reason_of
from app.files.importing.tally import Tally
from app.partner_client.partner import Partner

Outcome = Mapping[str, Any]


class Delivery:
    """One import. A chunk that was recorded before is answered as it was then."""

    def __init__(self, kind: Kind, *, identity: str, tally: Tally, rejects: Rejects) -> None:
        self._kind, self._identity = kind, identity
        self._tally, self._rejects = tally, rejects

    async def __call__(self, partner: Partner, chunk: Chunk) -> None:
        """Send a chunk until it is answered. Raises CannotGoOn."""
        rejects = list(chunk.rejects)
        if chunk.rows:
            request = requests.send(chunk, self._kind, identity=self._identity)
            outcome = (await partner.ask(request))["outcome"]
            refused = self._refused(chunk, outcome)
            accepted = len(chunk.rows) - len(refused)
            if outcome["replayed"]:
                self._tally.recorded_before += accepted
            else:
                self._tally.applied += accepted
            rejects += refused
        self._tally.rejected += len(rejects)
        self._rejects.add(rejects)

    def _refused(self, chunk: Chunk, outcome: Outcome) -> list[Reject]:
        whole = outcome["userErrors"]
        if whole:
            reasons = [error["message"] for error in whole]
            return [Reject(row.record, reasons) for row in chunk.rows]
        return [
            Reject(chunk.rows[result["line"]].record, self._reasons(result["userErrors"]))
            for result in outcome["results"]
            if result["userErrors"]
        ]

    def _reasons(self, errors: Sequence[Mapping[str, Any]]) -> list[str]:
        return [reason_of(self._kind, error["message"], (error["field"] or ())[2:]) for error in errors]
