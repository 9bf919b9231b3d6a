"""What a build would change in the collections of a database: said without changing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.store.database.collections import COLLECTIONS
from app.store.database.format import FORMAT, found_format
from app.store.driver.client import Database
from app.store.mapping import names
from app.store.migrations.indexes import UNUSED
from app.store.migrations.older_builds import OBSTACLE


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionChanges:
    """The collections that are missing, the indexes that are missing or not used any more, and the rules that differ.

    Indexes come by collection; `documents` are how many each of these has, as an estimate. `format` is the one that the
    database has, 0 where it has none.
    """

    format: int
    collections: Sequence[str]
    missing: Mapping[str, Sequence[str]]
    unused: Mapping[str, Sequence[str]]
    rules: Sequence[str]
    documents: Mapping[str, int]

    @property
    def are_needed(self) -> bool:
        """Whether this build cannot serve before they are made; an index that no query uses harms nothing."""
        return bool(self.collections or self.missing or self.rules) or self.format < FORMAT

    @property
    def raises_format(self) -> bool:
        """Whether builds of the format that the database has can record nothing afterwards."""
        return 0 < self.format < FORMAT

    @property
    def sentences(self) -> Sequence[str]:
        """What would be done, for an operator."""
        made = [f"creates {len(self.collections)} collections"] if self.collections else []
        built = [
            f"builds {', '.join(indexes)} over {self.documents[name]:,} {name}"
            for name, indexes in self.missing.items()
        ]
        ruled = [f"changes the rules of {', '.join(self.rules)}"] if self.rules else []
        dropped = [f"drops {', '.join(indexes)} of {name}" for name, indexes in self.unused.items()]
        noted = [f"raises the format from {self.format} to {FORMAT}"] if self.raises_format else []
        return [*made, *built, *ruled, *dropped, *noted]


async def collection_changes(database: Database) -> CollectionChanges:
    """Return what `ensure_collections` would do. Raises the driver's errors."""
    found = await (await database.list_collections()).to_list(None)
    rules = {each["name"]: each["options"].get("validator") for each in found}
    missing, unused, documents = dict[str, list[str]](), dict[str, list[str]](), dict[str, int]()
    for name, (_, indexes) in COLLECTIONS.items():
        if name not in rules:
            continue
        there = await database[name].index_information() if indexes or name in UNUSED else {}
        wanted = [index.document["name"] for index in (*indexes, *([OBSTACLE] if name == names.LEVELS else []))]
        if lacking := [each for each in wanted if each not in there]:
            missing[name] = lacking
            documents[name] = await database[name].estimated_document_count()
        if left := [each for each in UNUSED.get(name, ()) if each in there]:
            unused[name] = left
    return CollectionChanges(
        format=await found_format(database, has_levels=names.LEVELS in rules),
        collections=[name for name in COLLECTIONS if name not in rules],
        missing=missing,
        unused=unused,
        rules=[name for name, (wanted, _) in COLLECTIONS.items() if name in rules and rules[name] != wanted],
        documents=documents,
    )
