"""Counts alerts by type, in one query."""

from app.domain.alerts.alert_totals import AlertNumbers, AlertTotals
from app.domain.alerts.open_alert import AlertType
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.store.client import BsonDocument, Database, aggregated
from app.store.driver_failures import raises_unavailable
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS
from app.store.queries.alerts import hint, query

_GROUP: BsonDocument = {
    "_id": "$type",
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
        pipeline: list[BsonDocument] = [{"$match": query(where)}, {"$group": _GROUP}]
        found = await aggregated(self._alerts, pipeline, hint=hint(where))
        return AlertTotals(
            as_of=as_of,
            by_type={
                AlertType(row["_id"]): AlertNumbers(row["alerts"], row["acknowledged"], row["snoozed"]) for row in found
            },
        )
