"""Trusted documents, kept in memory and in MongoDB alike."""

from collections.abc import Awaitable, Collection

import pytest

from app.domain.access.trusted_document import TrustedDocument, hash_of
from app.domain.errors import IdempotencyKeyReused, InvalidValue, InventoryError, Refused, TooManyLines
from app.domain.limits import MAX_DOCUMENT_CHARACTERS
from app.domain.time import Moment
from app.services.access.administration.administration import Administration
from app.services.access.administration.trusted_documents import FRESH_SECONDS, TrustedDocuments
from app.services.access.filters import TrustedDocumentFilter
from app.services.access.ports import OnAccessChanged
from app.store.access.reader import MongoAccess
from app.store.access.writer import MongoAccessWriter
from app.store.driver.client import Database
from app.store.memory.access import MemoryAccess
from tests.support.database import empty
from tests.support.monotonic import Seconds
from tests.support.scene import request_info

ITEMS, LEVELS, BROKEN = "{ items }", "{ levels }", "{ broken }"


class Announced:
    """Changes that are told to one listener."""

    def __init__(self) -> None:
        self.names: list[Collection[str]] = []
        self._listeners: list[OnAccessChanged] = []

    def listen(self, on_changed: OnAccessChanged) -> None:
        self._listeners.append(on_changed)

    async def announce(self, names: Collection[str]) -> None:
        self.names.append(names)
        for listener in self._listeners:
            listener(frozenset(names))


class Processes:
    """Two processes over one store, of which the second hears of no change."""

    def __init__(self, database: Database | None) -> None:
        self.seconds, self.announced = Seconds(), Announced()
        memory = MemoryAccess()
        reader = memory if database is None else MongoAccess(database)
        writer = memory if database is None else MongoAccessWriter(database.client, database)
        administration = Administration(writer=writer, changes=self.announced, clock=lambda: Moment(7))
        self.here, self.elsewhere = (
            TrustedDocuments(administration=administration, documents=reader, inspect=inspected, monotonic=self.seconds)
            for _ in range(2)
        )
        self.announced.listen(self.here.changed)


async def refused_by(change: Awaitable[object]) -> list[InventoryError]:
    """Return the errors of a change that is refused."""
    with pytest.raises(Refused) as refusal:
        await change
    return list(refusal.value.errors)


def inspected(text: str) -> list[str]:
    """Return what a schema without anything broken says."""
    return ["Cannot query field 'broken'."] if "broken" in text else []


@pytest.fixture
async def processes(store_database: Database | None) -> Processes:
    """Return two processes over an empty store, of each kind in turn."""
    if store_database is not None:
        await empty(store_database)
    return Processes(store_database)


async def test_documents_are_registered_all_or_none(processes: Processes) -> None:
    """One that does not fit the schema is named, and none of the others is registered."""
    here = processes.here
    errors = await refused_by(here.register([ITEMS, BROKEN], request=request_info()))
    rule = "does not fit the schema: Cannot query field 'broken'"
    assert errors == [InvalidValue(what="A document", rule=rule, field=("documents", "1", "text"))]
    assert await here.count(TrustedDocumentFilter()) == 0
    assert await here.text(hash_of(ITEMS)) is None
    done = await here.register([ITEMS, LEVELS, ITEMS], request=request_info())
    shop = request_info().actor
    expected = [
        TrustedDocument(hash=hash_of(text), text=text, registered_at=Moment(7), registered_by=shop)
        for text in (ITEMS, LEVELS)
    ]
    assert list(done.record.documents) == expected
    assert [await here.text(hash_of(text)) for text in (ITEMS, LEVELS, BROKEN)] == [ITEMS, LEVELS, None]
    page = await here.documents(TrustedDocumentFilter(), first=1, after=None)
    rest = await here.documents(TrustedDocumentFilter(registered_by=shop), first=5, after=page.end_cursor)
    assert [*page.nodes, *rest.nodes] == sorted(expected, key=lambda document: document.hash)
    assert [await here.count(TrustedDocumentFilter(registered_by=each)) for each in (shop, "key:other")] == [2, 0]


async def test_registering_again_changes_nothing(processes: Processes) -> None:
    """Who registered it first, and when, is kept; and a key stands for one request."""
    here = processes.here
    first = await here.register([ITEMS], request=request_info("k"))
    again = await here.register([ITEMS], request=request_info("k"))
    assert (again.replayed, again.record) == (True, first.record)
    other = await here.register([ITEMS, LEVELS], request=request_info(actor="key:other"))
    assert [document.registered_by for document in other.record.documents] == [request_info().actor, "key:other"]
    assert await refused_by(here.register([LEVELS], request=request_info("k"))) == [IdempotencyKeyReused(key="k")]


async def test_a_removed_document_is_not_found_any_more(processes: Processes) -> None:
    """At once where the change is heard of, and elsewhere within seconds."""
    here, elsewhere = processes.here, processes.elsewhere
    await here.register([ITEMS, LEVELS], request=request_info())
    assert [await each.text(hash_of(ITEMS)) for each in (here, elsewhere)] == [ITEMS, ITEMS]
    done = await here.remove([hash_of(ITEMS), hash_of(BROKEN)], request=request_info())
    assert [document.text for document in done.record.documents] == [ITEMS]
    assert processes.announced.names[-1] == {"documents"}
    assert await here.text(hash_of(ITEMS)) is None
    processes.seconds.now += FRESH_SECONDS
    assert await elsewhere.text(hash_of(ITEMS)) is None
    assert await elsewhere.text(hash_of(LEVELS)) == LEVELS


async def test_what_no_registration_can_have_is_refused(processes: Processes) -> None:
    """Nothing, or too much, of documents and hashes."""
    here = processes.here
    long = "#" * (MAX_DOCUMENT_CHARACTERS + 1)
    rule = f"must have at most {MAX_DOCUMENT_CHARACTERS} characters"
    assert await refused_by(here.register([ITEMS, long], request=request_info())) == [
        InvalidValue(what="A document", rule=rule, field=("documents", "1", "text"))
    ]
    for change, field in ((here.register, "documents"), (here.remove, "hashes")):
        for entries in ([], ["x"] * 1_001):
            errors = await refused_by(change(entries, request=request_info()))
            assert errors == [TooManyLines(count=len(entries), maximum=1_000, field=(field,))]
    assert await refused_by(here.remove(["x"], request=request_info())) == [
        InvalidValue(what="A hash", rule="must be 64 lower-case hexadecimal digits", field=("hashes", "0"))
    ]
