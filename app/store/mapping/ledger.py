"""The mapping of movements, the lines of the ledger, to BSON.

Rule: the primary key of a movement is its level and the version that it gave it, so that the ledger itself refuses a
second line for one version.
"""

from operator import attrgetter

from msgspec import to_builtins

from app.domain.alerts.open_alert import open_alerts_of
from app.domain.replenishment.declined import declined_of
from app.domain.replenishment.policy import NO_POLICY, policy_of
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.levels import KEPT_COUNTS, RARE_COUNTS

_AFTER = (*KEPT_COUNTS, *RARE_COUNTS, "reorder_point", "backorder_limit", "counted_at")
_after = attrgetter(*_AFTER)  # at once: this runs for each line of each batch


def movement_id(key: LevelKey, version: int) -> str:
    """Return the primary key of a movement."""
    return f"{key.location}/{key.sku}#{version}"


def movement_document(movement: Movement) -> BsonDocument:
    """Return a ledger line."""
    after, change = movement.after, movement.change
    document: BsonDocument = {
        "_id": movement_id(after.key, after.version),
        "sku": after.key.sku,
        "location": after.key.location,
        "version": after.version,
        names.RECORDED_AT: movement.recorded_at,
        "writer": movement.writer,
        names.OPERATION_ID: movement.operation_id,
        "reason": str(movement.reason),
        "change": _changed(change),
        "after": {name: value for name, value in zip(_AFTER, _after(after), strict=True) if value},
    }
    if after.changed_at != movement.recorded_at:
        document["after"]["changed_at"] = after.changed_at
    if after.policy is not NO_POLICY:
        document["after"]["policy"] = after.policy.plain()
    if after.alerts:
        document["after"]["alerts"] = [list(each) for each in after.alerts]
    if after.declined is not None:
        document["after"]["declined"] = after.declined.plain()
    if after.closed:
        document["after"]["closed"] = True
    if movement.reference is not None:
        document["reference"] = movement.reference
    if movement.channel is not None:
        document["channel"] = movement.channel
    if movement.trace is not None:
        document["trace"] = movement.trace
    return document


def movement_of(document: BsonDocument) -> Movement:
    """Return the ledger line of a document."""
    change, after = dict(document["change"]), dict(document["after"])
    if "policy" in change:
        change["policy"] = policy_of(change["policy"])
    if "declined" in change:
        change["declined"] = declined_of(change["declined"])
    recorded_at = Moment(document[names.RECORDED_AT])
    return Movement(
        operation_id=document[names.OPERATION_ID],
        writer=document["writer"],
        recorded_at=recorded_at,
        reason=MovementReason(document["reason"]),
        change=LevelChange(**change),
        after=Level(
            key=LevelKey(document["sku"], document["location"]),
            version=document["version"],
            changed_at=after.pop("changed_at", recorded_at),
            policy=policy_of(after.pop("policy", None)),
            alerts=open_alerts_of(after.pop("alerts", None)),
            declined=declined_of(after.pop("declined", None)),
            **after,
        ),
        reference=document.get("reference"),
        channel=document.get("channel"),
        trace=document.get("trace"),
    )


def _changed(change: LevelChange) -> BsonDocument:
    """Return the fields of a change that are set."""
    changed: BsonDocument = to_builtins(change)
    if change.policy is not None:
        changed["policy"] = change.policy.plain()
    if change.declined is not None:
        changed["declined"] = change.declined.plain()
    return changed
