"""The event that all sides of the live benchmarks deliver: the same fields, in as many bytes."""

from datetime import UTC, datetime
from typing import Any

import orjson

ID_LENGTH = 36  # of our ids of levels at BENCH


class MadeUpLevels:
    """Levels without a ledger or a database: who adds a unit gets the event."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    def snapshot(self, skus: list[str]) -> list[dict[str, Any]]:
        """Return an event for each level as it is."""
        return [self._event(sku, kind="SNAPSHOT", movement=None) for sku in skus]

    def change(self, sku: str) -> dict[str, Any]:
        """Add a unit, and return the event."""
        version = self._versions[sku] = self._versions.get(sku, 1) + 1
        recorded = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        movement = {"delta": 1, "reason": "CORRECTION", "version": version, "recordedAt": recorded}
        return self._event(sku, kind="CHANGE", movement=movement)

    def _event(self, sku: str, *, kind: str, movement: dict[str, Any] | None) -> dict[str, Any]:
        version = self._versions.get(sku, 1)
        units = 1_000_000_000 + version
        level = {
            "id": sku.ljust(ID_LENGTH, "="),
            "onHand": units,
            "reserved": 0,
            "unavailable": 0,
            "available": units,
            "status": "IN_STOCK",
            "version": version,
        }
        return {"kind": kind, "level": level, "movement": movement}


def message(event: dict[str, Any], *, id: str) -> str:
    """Return the message of graphql-transport-ws with an event."""
    return orjson.dumps({"id": id, "type": "next", "payload": {"data": {"stockLevels": event}}}).decode()


def outcome(event: dict[str, Any]) -> dict[str, Any]:
    """Return what the mutation that led to an event answers."""
    movement, level = event["movement"], event["level"]
    return {
        "movement": {
            "version": movement["version"],
            "recordedAt": movement["recordedAt"],
            "level": {"id": level["id"]},
        },
        "userErrors": [],
    }
