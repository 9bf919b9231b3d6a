"""Use cases of trusted documents: registered, removed, and found by the hash that a request names (ADR 40).

Rule: a document that was removed is not found for longer than FRESH_SECONDS in any process.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.domain.access.trusted_document import (
    Registered,
    TrustedDocument,
    hash_of,
    registration_errors,
    removal_errors,
    text_error,
)
from app.domain.errors import InvalidValue, InventoryError, Refused
from app.domain.limits import MAX_TRUSTED_DOCUMENTS
from app.domain.time import Moment
from app.services.access.administration.administration import AccessChanged, Administration, Decide, refuse
from app.services.access.filters import TrustedDocumentFilter
from app.services.access.ports import AccessTurn, TrustedDocumentReader
from app.services.concurrency.time_slices import in_turns
from app.services.paging import Page, page_request
from app.services.ports import Monotonic
from app.services.request_info import RequestInfo

SUBJECT = "documents"  # what every change is announced as
FRESH_SECONDS = 4.0  # for which a process believes what it has read
MAX_KEPT = 5_000  # documents that a process keeps
MAX_KEPT_CHARACTERS = 5_000_000

# Returns why the schema does not take a document, in sentences; nothing where it does.
Inspect = Callable[[str], Sequence[str]]


def unserved(_: str) -> Sequence[str]:
    """Take no document: what a process says that serves no schema."""
    return ["No schema is served here."]


class _Known(NamedTuple):
    text: str
    until: float  # seconds of the monotonic clock


class TrustedDocuments:
    """Registers, removes and finds documents. Every change raises Refused and Unavailable."""

    def __init__(
        self,
        *,
        administration: Administration,
        documents: TrustedDocumentReader,
        inspect: Inspect,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        self._administration, self._documents, self._inspect = administration, documents, inspect
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._characters = 0

    async def register(self, texts: Sequence[str], *, request: RequestInfo) -> AccessChanged[Registered]:
        """Register documents: all of them, or none where the schema does not take one."""
        refuse(registration_errors(texts))
        refuse(await self._schema_errors(texts))
        by_hash = {hash_of(text): text for text in texts}

        async def decide(turn: AccessTurn, now: Moment) -> Registered:
            known = await turn.trusted_documents(list(by_hash))
            new = [
                TrustedDocument(hash=digest, text=text, registered_at=now, registered_by=request.author)
                for digest, text in by_hash.items()
                if digest not in known
            ]
            if await turn.count_trusted_documents() + len(new) > MAX_TRUSTED_DOCUMENTS:
                rule = f"is at most {MAX_TRUSTED_DOCUMENTS}: remove those that are not used"
                raise Refused(InvalidValue(what="The number of documents", rule=rule, field=("documents",)))
            await turn.put_trusted_documents(new)
            everything = {**known, **{document.hash: document for document in new}}
            return Registered(documents=tuple(everything[digest] for digest in by_hash))

        return await self._change("documentsRegister", list(by_hash), request, decide)

    async def remove(self, hashes: Sequence[str], *, request: RequestInfo) -> AccessChanged[Registered]:
        """Remove documents; return those that were registered. Requests that name one are refused within seconds."""
        refuse(removal_errors(hashes))
        named = list(dict.fromkeys(hashes))

        async def decide(turn: AccessTurn, now: Moment) -> Registered:
            known = await turn.trusted_documents(named)
            await turn.remove_trusted_documents(list(known))
            return Registered(documents=tuple(known[each] for each in named if each in known))

        return await self._change("documentsRemove", named, request, decide)

    async def text(self, hash: str) -> str | None:
        """Return the text of a registered document, None where there is none. Raises Unavailable."""
        known = self._known.get(hash)
        if known is not None and known.until > self._monotonic():
            return known.text
        read_at = self._monotonic()
        found = (await self._documents.trusted_documents([hash])).get(hash)
        self._forget(hash)
        if found is None:
            return None
        text = found.text if known is None else known.text  # the same object: what is prepared is found by it
        self._keep(hash, _Known(text, read_at + FRESH_SECONDS))
        return text

    def changed(self, names: frozenset[str] | None) -> None:
        """Believe nothing that was read before a change of documents; None says that anything may have changed."""
        if names is None or SUBJECT in names:
            self._known = {digest: known._replace(until=0.0) for digest, known in self._known.items()}

    async def document(self, hash: str) -> TrustedDocument | None:
        """Return one document."""
        return (await self._documents.trusted_documents([hash])).get(hash)

    async def documents(self, where: TrustedDocumentFilter, *, first: int, after: str | None) -> Page[TrustedDocument]:
        """Return a page of documents, by hash. Raises BadArgument."""
        return await self._documents.page_of_trusted_documents(
            where, page=page_request(order="HASH", shape=(str,), first=first, after=after)
        )

    async def count(self, where: TrustedDocumentFilter) -> int:
        """Return how many documents match."""
        return await self._documents.count_trusted_documents(where)

    async def _schema_errors(self, texts: Sequence[str]) -> Sequence[InventoryError]:
        """Return the first problem of each document. Validating one takes some milliseconds, so others go between."""
        problems = await in_turns(texts, self._inspect)
        return [
            text_error(index, f"does not fit the schema: {found[0].rstrip('.')}")
            for index, found in enumerate(problems)
            if found
        ]

    async def _change(
        self,
        kind: str,
        hashes: Sequence[str],
        request: RequestInfo,
        decide: Decide[Registered],
    ) -> AccessChanged[Registered]:
        async def find(turn: AccessTurn) -> Registered:
            known = await turn.trusted_documents(hashes)
            return Registered(documents=tuple(known[each] for each in hashes if each in known))

        return await self._administration.change(
            kind, SUBJECT, content=tuple(hashes), request=request, find=find, decide=decide, announced=SUBJECT
        )

    def _keep(self, hash: str, known: _Known) -> None:
        self._known[hash] = known
        self._characters += len(known.text)
        while len(self._known) > MAX_KEPT or self._characters > MAX_KEPT_CHARACTERS:
            self._forget(next(iter(self._known)))  # the one that was read longest ago

    def _forget(self, hash: str) -> None:
        known = self._known.pop(hash, None)
        if known is not None:
            self._characters -= len(known.text)
