"""What `mongodump --gzip` and `mongorestore --gzip` do, by the driver: neither program is in a package that we install.

The layout is that of MongoDB's tools: a folder for the database, for each collection its documents as BSON, and its
options and indexes as Extended JSON.
"""

import gzip
from pathlib import Path

from bson import decode_file_iter, json_util
from bson.raw_bson import RawBSONDocument

from app.store.driver.client import Database
from app.store.mapping.raw_documents import undecoded


async def mongodump(database: Database, folder: Path) -> None:
    """Write every collection as it is."""
    place = folder / database.name
    place.mkdir(parents=True)
    for found in await (await database.list_collections()).to_list(None):
        name = found["name"]
        documents = await undecoded(database[name]).find({}).to_list(None)
        raw = [each.raw for each in documents if isinstance(each, RawBSONDocument)]
        assert len(raw) == len(documents)
        (place / f"{name}.bson.gz").write_bytes(gzip.compress(b"".join(raw)))
        indexes = [dict(index) async for index in await database[name].list_indexes()]
        metadata = {"options": found["options"], "indexes": indexes, "collectionName": name, "type": "collection"}
        (place / f"{name}.metadata.json").write_text(json_util.dumps(metadata))


async def mongorestore(place: Path, database: Database) -> None:
    """Create every collection of the folder of a database, with its documents and indexes."""
    for path in _collections(place):
        name = path.name.removesuffix(".metadata.json")
        metadata = json_util.loads(path.read_text())
        options = {key: value for key, value in metadata["options"].items() if key != "uuid"}
        await database.create_collection(name, **options)
        with gzip.open(place / f"{name}.bson.gz") as file:
            documents = list(decode_file_iter(file))
        if documents:
            await database[name].insert_many(documents)
        indexes = [{k: v for k, v in index.items() if k != "v"} for index in metadata["indexes"]]
        if own := [index for index in indexes if index["name"] != "_id_"]:
            await database.command("createIndexes", name, indexes=own)


def _collections(place: Path) -> list[Path]:
    return sorted(place.glob("*.metadata.json"))
