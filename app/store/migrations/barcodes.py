"""Moves barcodes of an earlier version, stored as they were spelled, to the number that all their spellings share.

Rule: a barcode that another item has in another spelling stays, and is reported to the operator: only people can say
which of the two items is right.
"""

from collections.abc import Sequence
from typing import Final

from pymongo import UpdateMany, UpdateOne
from pymongo.errors import PyMongoError

from app.domain.catalog.barcode import barcode_key
from app.store.driver.client import BsonDocument, Database, Session, transaction
from app.store.mapping import names
from app.store.migrations.by_id import behind, page_behind, through
from app.store.migrations.migration import Migration, MigrationStep
from app.store.writer.transient_errors import is_conflict

PAGE: Final = 500  # barcodes in one transaction
BARCODES_VERSION: Final = 2  # of the rule for a barcode's id
ATTEMPTS: Final = 20  # at one page, while other processes do the same


async def _unite(database: Database, after: str) -> MigrationStep:
    page = await page_behind(database[names.BARCODES], after, limit=PAGE)
    spelled = [each for each in page if each["sku"] and barcode_key(each["_id"]).id != each["_id"]]
    moved, conflicts = await _moved(database, spelled) if spelled else (0, [])
    return through(page, changed=moved, notes=sorted(conflicts))


async def _moved(database: Database, spelled: Sequence[BsonDocument]) -> tuple[int, list[str]]:
    """Move some barcodes to their numbers in one transaction; return how many, and the conflicts of others."""
    for attempt in range(ATTEMPTS):
        try:
            async with transaction(database.client) as session:
                return await _move(database, spelled, session)
        except PyMongoError as error:  # another process does the same
            if not is_conflict(error) or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


async def _move(database: Database, spelled: Sequence[BsonDocument], session: Session) -> tuple[int, list[str]]:
    barcodes = database[names.BARCODES]
    still = {"_id": {"$in": [each["_id"] for each in spelled]}, "sku": {"$ne": None}}
    spelled = await barcodes.find(still, sort=[("_id", 1)], session=session).to_list(None)
    numbers = [barcode_key(document["_id"]).id for document in spelled]
    found = await barcodes.find({"_id": {"$in": numbers}}, session=session).to_list(None)
    owners: dict[str, str | None] = {document["_id"]: document["sku"] for document in found}
    moves, conflicts = dict[str, BsonDocument](), list[str]()
    gone = list[str]()
    for document, number in zip(spelled, numbers, strict=True):
        owner, sku = owners.get(number), document["sku"]
        if owner not in (None, sku):
            conflicts.append(
                f"Barcodes: {document['_id']} of {sku} is a number that {owner} has, and finds {owner} now"
            )
            continue
        gone.append(document["_id"])
        if owner is None:
            owners[number] = sku
            moves[number] = {"$set": {"sku": sku, "changed_at": document["changed_at"]}, "$inc": {"version": 1}} | {
                "$setOnInsert": {"created_at": document["created_at"]}
            }
    statements: list[UpdateOne | UpdateMany] = [UpdateOne({"_id": to}, move, upsert=True) for to, move in moves.items()]
    if gone:
        given_up = {"$set": {"sku": None}, "$inc": {"version": 1}}
        await barcodes.bulk_write([*statements, UpdateMany({"_id": {"$in": gone}}, given_up)], session=session)
        await session.commit_transaction()
    return len(gone), conflicts


BARCODES: Final = Migration(
    number=4,
    name=names.BARCODES,
    version=BARCODES_VERSION,
    since=3,
    changes="stores barcodes under their GTIN",
    collection=names.BARCODES,
    unit="barcodes",
    done="Barcodes: {:,} filed under the number of their goods",
    step=_unite,
    remaining=behind(names.BARCODES),
    per_second=9_000,
)
