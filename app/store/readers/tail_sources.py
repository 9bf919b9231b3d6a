"""The two collections that the tail of the ledger is made of, and how the last entry of each writer is found in them.

Rule: whatever the number of entries, looking up a writer's last one costs one key of an index.
"""

from typing import NamedTuple

from app.store.client import BsonDocument
from app.store.mapping import names


class TailSource(NamedTuple):
    """A collection in whose index `in_order_of_writer` each writer's entries stand in the order of their moments."""

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
        """Return the pipeline that jumps from writer to writer in the index, whatever the number of entries.

        Without the conditions, which hold for every entry, it would go through all of a partial index.
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
    """Return how many lines the documents that a stored operation tells of have, a document itself counting as one."""
    return sum(1 + sum(len(part) for part in told.values() if type(part) is list) for _, told in operation["documents"])
