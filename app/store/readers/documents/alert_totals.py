"""Counts alerts by type and age, in one query."""

from app.domain.alerts.alert_totals import AGE_BOUNDS, AlertAge, AlertNumbers, AlertTotals
from app.domain.alerts.open_alert import AlertType
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.store.driver.client import BsonDocument, Database, aggregated
from app.store.driver.failures import raises_unavailable
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS
from app.store.queries.alerts import hint, query

_NUMBERS: BsonDocument = {
    "alerts": {"$sum": 1},
    **{
        name: {"$sum": {"$cond": [{"$gt": [f"${moment}", None]}, 1, 0]}}  # neither null nor missing
        for name, moment in (("acknowledged", "acknowledged_at"), ("snoozed", "snoozed_until"))
    },
}


class MongoAlertCounter:
    """AlertCounter over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._alerts = database[DOCUMENT_MAPPINGS[AlertFilter.kind].collection]

    @raises_unavailable
    async def totals(self, where: AlertFilter, *, as_of: Moment) -> AlertTotals:
        group: BsonDocument = {"_id": {"type": "$type", "age": _age(as_of)}, **_NUMBERS}
        pipeline: list[BsonDocument] = [{"$match": query(where)}, {"$group": group}]
        found = await aggregated(self._alerts, pipeline, hint=hint(where))
        rows = (
            (
                AlertType(row["_id"]["type"]),
                AlertAge(row["_id"]["age"]),
                AlertNumbers(row["alerts"], row["acknowledged"], row["snoozed"]),
            )
            for row in found
        )
        return AlertTotals.of_rows(rows, as_of=as_of)


def _age(as_of: Moment) -> BsonDocument:
    """Return the expression of age_of."""
    branches = [
        {"case": {"$gt": ["$created_at", as_of - bound]}, "then": age.value} for age, bound in AGE_BOUNDS.items()
    ]
    return {"$switch": {"branches": branches, "default": AlertAge.OLDER.value}}
