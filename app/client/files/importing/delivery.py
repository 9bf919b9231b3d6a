"""Sends chunks, and takes note of what the server says of each row.

Rule: a chunk that was recorded before is answered as it was then, but for the rows that were refused then: those are
tried again, because what stood in their way may be gone.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from app.client.files.importing import requests
from app.client.files.importing.chunks import Chunk
from app.client.files.importing.kind import Kind
from app.client.files.importing.outcome.rejects import Rejects
from app.client.files.importing.outcome.row_warnings import RowWarnings
from app.client.files.importing.outcome.tally import ImportTally
from app.client.files.importing.reading.rows import Reject, Row, reason_of
from app.client.files.importing.requests import ImportRun
from app.client.http.retrying_client import RetryingClient

Outcome = Mapping[str, Any]
Refusals = dict[int, Sequence[Mapping[str, Any]]]  # by the row's index

NOTHING_TO_CHANGE = "NOTHING_TO_CHANGE"


class ChunkSender:
    """One run of an import."""

    def __init__(
        self, kind: Kind, *, run: ImportRun, tally: ImportTally, rejects: Rejects, warnings: RowWarnings
    ) -> None:
        self._kind, self._run = kind, run
        self._tally, self._rejects, self._warnings = tally, rejects, warnings

    async def send(self, client: RetryingClient, chunk: Chunk, *, name: int | str) -> None:
        """Send a chunk until it is answered; `name` tells its key from others. Raises CannotGoOn."""
        rejects = list(chunk.rejects)
        if chunk.rows:
            rejects += await self._sent(client, chunk.rows, key=self._run.key(name))
        self._tally.rejected += len(rejects)
        self._rejects.add(rejects)

    async def _sent(self, client: RetryingClient, rows: Sequence[Row], *, key: str) -> list[Reject]:
        request = requests.send(rows, self._kind, key=key, identity=self._run.identity)
        outcome = (await client.ask(request))["outcome"]
        refusals = _refusals(rows, outcome)
        self._note_warnings(rows, outcome)
        alike = [row for row, errors in refusals.items() if errors[0].get("code") == NOTHING_TO_CHANGE]
        for row in alike:
            del refusals[row]
        accepted = len(rows) - len(refusals) - len(alike)
        self._tally.unchanged += len(alike)
        if not outcome["replayed"]:
            self._tally.applied += accepted
            return [Reject(rows[row].record, self._reasons(errors)) for row, errors in refusals.items()]
        self._tally.recorded_before += accepted
        if not refusals:
            return []
        return await self._sent(client, [rows[row] for row in refusals], key=f"{key}:{uuid.uuid4().hex}")

    def _note_warnings(self, rows: Sequence[Row], outcome: Outcome) -> None:
        for result in outcome["results"]:
            warnings = result.get("warnings", ())
            sentences = [reason_of(self._kind, each["message"], self._below_line(each["field"])) for each in warnings]
            self._warnings.add(rows[result["line"]].record.line, sentences)

    def _reasons(self, errors: Sequence[Mapping[str, Any]]) -> list[str]:
        return [self._reason(error) for error in errors]

    def _reason(self, error: Mapping[str, Any]) -> str:
        if error["code"] == self._kind.stale_code:
            return self._kind.moved_since(error["expected"], error["actual"])
        return reason_of(self._kind, error["message"], self._below_line(error["field"] or ()))

    def _below_line(self, path: Sequence[str]) -> Sequence[str]:
        return path[2:] if path[:1] == [self._kind.lines_field] else ()


def _refusals(rows: Sequence[Row], outcome: Outcome) -> Refusals:
    """Return the errors of each row that was refused; those of the whole request are every row's."""
    if whole := outcome["userErrors"]:
        return {row: whole for row in range(len(rows))}  # noqa: C420 - dict.fromkeys has no type for it
    return {result["line"]: result["userErrors"] for result in outcome["results"] if result["userErrors"]}
