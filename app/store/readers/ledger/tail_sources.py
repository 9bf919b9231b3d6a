"""The two collections that the tail of the ledger merges, and the query of each writer's last entry in them.

Rule: looking up a writer's last entry costs one key of an index, whatever the number of entries.
"""

from typing import NamedTuple

from app.store.driver.client import BsonDocument
from app.store.mapping import names


class TailSource(NamedTuple):
    """A collection whose index `in_order_of_writer` has each writer's entries in the order of their moments."""

    collection: str
    moment: str

    def last_of_registered(self) -> BsonDocument:
        """Return the stage that looks up a registered writer's last moment."""
        pipeline: list[BsonDocument] = [
            {"$match": {self.moment: {"$gte": 0}}},
            {"$sort": {"writer": -1, self.moment: -1}},
            {"$limit": 1},
            {"$project": {"_id": 0, self.moment: 1}},
        ]
        source = {"from": self.collection, "localField": "_id", "foreignField": "writer"}
        return {"$lookup": {**source, "pipeline": pipeline, "as": self.collection}}

    def last_of_all(self) -> list[BsonDocument]:
        """Return the pipeline that seeks from writer to writer in the index (a distinct scan).

        Without the conditions, which hold for every entry, the server would scan all of a partial index.
        """
        return [
            {"$match": {"writer": {"$gte": ""}, self.moment: {"$gte": 0}}},
            {"$sort": {"writer": -1, self.moment: -1}},
            {"$group": {"_id": "$writer", "last": {"$first": f"${self.moment}"}}},
        ]


LINES = TailSource(names.MOVEMENTS, names.RECORDED_AT)
PUBLISHED = TailSource(names.OPERATIONS, names.PUBLISHED_AT)
LAST_OF_REGISTERED: list[BsonDocument] = [
    *(tail_source.last_of_registered() for tail_source in (LINES, PUBLISHED)),
    {
        "$project": {
            "last": {
                "$max": [
                    {"$first": f"${tail_source.collection}.{tail_source.moment}"} for tail_source in (LINES, PUBLISHED)
                ]
            }
        }
    },
]


def published_lines(operation: BsonDocument) -> int:
    """Return how many lines a stored operation's documents have; each document counts as one more."""
    documents = [stored for _, stored in operation["documents"]]
    return sum(1 + sum(len(part) for part in stored.values() if type(part) is list) for stored in documents)
