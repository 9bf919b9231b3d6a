"""What would be done for one level, as a row of a table, with the reason in words."""

from collections.abc import Mapping
from typing import Any

Row = dict[str, str]

DECLINED = "nowhere: declined"  # in the column that says where the units would come from
COLUMNS = ("sku", "location", "method", "available", "incoming", "planned", "position", "order", "from", "days", "why")


def need_row(node: Mapping[str, Any]) -> Row:
    """Return the row of a need."""
    level = node["level"]
    return {
        **_level(level),
        "order": str(node["quantity"]) if node["quantity"] else "",
        "from": _origin(node),
        "days": "" if node["leadTimeDays"] is None else str(node["leadTimeDays"]),
        "why": _why(node, level),
    }


def advice_row(node: Mapping[str, Any]) -> Row:
    """Return the row of a level that the review would let go by other numbers."""
    level = node["level"]
    return {
        **_level(level),
        "order": "",
        "from": "",
        "days": "" if node["leadTimeDays"] is None else str(node["leadTimeDays"]),
        "why": (
            f"{node['dailyDemand']:.2f} a day ± {node['dailyDeviation']:.2f}: reorder point {level['reorderPoint']} -> "
            f"{node['reorderPoint']}, target {_known(level['policy']['targetLevel'])} -> {node['targetLevel']}"
        ),
    }


def _level(level: Mapping[str, Any]) -> Row:
    return {
        "sku": level["item"]["sku"],
        "location": level["location"]["code"],
        "method": level["policy"]["method"],
        **{name: str(level[name]) for name in ("available", "incoming", "planned", "position")},
    }


def _origin(node: Mapping[str, Any]) -> str:
    if node["route"] == "DECLINED":
        return DECLINED
    if node["source"] is not None:
        return f"transfer from {node['source']['code']}"
    return "" if node["supplier"] is None else str(node["supplier"]["code"])


def _why(node: Mapping[str, Any], level: Mapping[str, Any]) -> str:
    if node["route"] == "NO_SOURCE":
        return f"{node['wanted']} needed, but no supplier offers it"
    if node["route"] == "DECLINED":
        return _declined(node["wanted"], level["declined"])
    if node["route"] == "NOT_YET":
        return "nothing is due now"
    said = f"{node['wanted']} needed: {_rule(level)}"
    return said if node["quantity"] == node["wanted"] else f"{said}; rounded to the supplier's minimum and packs"


def _declined(wanted: int, declined: Mapping[str, Any] | None) -> str:
    if declined is None:
        return f"{wanted} needed, but it was declined"  # and has taken it up again meanwhile
    what = declined["reason"].replace("_", " ").lower()
    until = "" if declined["until"] is None else f", until {declined['until']}"
    return f"{wanted} needed, but declined by {declined['by']} at {declined['at']}{until}: {what}"


def _rule(level: Mapping[str, Any]) -> str:
    policy, position, reorder_point = level["policy"], level["position"], level["reorderPoint"]
    match policy["method"]:
        case "FIXED_QUANTITY":
            return f"position {position} is at or below {reorder_point}, by {policy['orderQuantity']} at a time"
        case "PERIODIC":
            return f"review date, position {position}, target {policy['targetLevel']}"
        case "JUST_IN_TIME":
            return f"orders wait, position {position}, safety stock {policy['safetyStock']}"
        case _:
            return f"position {position} is at or below {reorder_point}, target {policy['targetLevel']}"


def _known(value: int | None) -> str:
    return "none" if value is None else str(value)
