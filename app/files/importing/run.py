"""The import itself: chunk after chunk, several on their way at the same time.

Rule: a chunk is read when a partner is free for it, so that as many are held as there are partners.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import closing

from app.files.importing import requests
from app.files.importing.chunks import Chunk, chunks_of
from app.files.importing.csv_file import CsvFile
from app.files.importing.header import Header
from app.files.importing.kind import Kind
from app.files.importing.rows import rows_of
from app.files.importing.tally import Tally
from app.partner_client.connection import Endpoint
from app.partner_client.crew import crew, share_out
from app.partner_client.partner import Partner, Presence
from app.partner_client.screen import Advance

Act = Callable[[Partner, Chunk], Awaitable[None]]


async def check(endpoint: Endpoint, *, presence: Presence) -> None:
    """Make sure that the endpoint is a Stockpulse server. Raises CannotGoOn."""
    with closing(Partner(endpoint, presence)) as partner:
        await partner.ask_once(requests.probe())


async def run(
    file: CsvFile,
    header: Header,
    kind: Kind,
    act: Act,
    *,
    endpoint: Endpoint,
    connections: int,
    presence: Presence,
    tally: Tally,
    advance: Advance,
) -> None:
    """Act on every chunk of a file. Raises CannotGoOn or UnreadableFile; the tally has what was done until then."""

    async def act_and_tell(partner: Partner, chunk: Chunk) -> None:
        await act(partner, chunk)
        advance(chunk.count)

    began = time.monotonic()
    try:
        with crew(endpoint, presence, size=connections) as partners:
            await share_out(chunks_of(rows_of(file, header, kind)), partners, act_and_tell)
    finally:
        tally.seconds = time.monotonic() - began
