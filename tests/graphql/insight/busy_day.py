"""A day of a shop on which every mutation is called, most of them more than once on the same levels and documents."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Do = Callable[..., Awaitable[Any]]  # calls a mutation with an input, and returns its payload

TEA, CUP = {"sku": "TEA-1", "location": "MAIN"}, {"sku": "CUP-1", "location": "MAIN"}
NOBODY = "http://127.0.0.1:9/hook"  # the port of the discard protocol: nobody listens


async def a_busy_day(do: Do) -> None:
    """Let it happen, on the shop of `seed`."""
    await _catalog(do)
    await _hook(do)
    await _stock(do)
    await _orders(do)
    await _transfers(do)
    await _purchases(do)
    await _count(do)
    await _alerts(do)
    await _access(do)
    await do("locationArchive", code="SHED", isArchived=True)
    await do("itemArchive", sku="JAM-1", isArchived=True)
    await do("itemUpsert", sku="TEA-1", name="Greener Tea")
    await do("locationUpsert", code="MAIN", name="Main place")
    await do("stockAdjust", **TEA, delta=1, reason="FOUND")


async def _catalog(do: Do) -> None:
    await do("itemUpsert", sku="TEA-1", barcodes=["4006381333931"], unitCost="2.5", tags=["loose"])
    await do("itemsUpsertMany", items=[{"sku": "JAM-1", "name": "Jam"}, {"sku": "PIE-1", "name": "Pie"}])
    await do("itemUpsert", sku="CUP-1", unitCost="3")
    await do("locationUpsert", code="SHED", name="Shed", kind="STORE")
    await do("supplierUpsert", code="ACME", name="Acme", leadTimeDays=3)
    await do("supplierUpsert", code="BRUT", name="Brut", leadTimeDays=9)
    for sku in ("TEA-1", "CUP-1"):
        await do("supplierItemUpsert", supplier="ACME", sku=sku, unitCost="1.2")
        await do("supplierItemUpsert", supplier="BRUT", sku=sku, unitCost="1.1", isPreferred=True)
    await do("supplierItemRemove", supplier="BRUT", sku="CUP-1")
    await do("supplierArchive", code="BRUT", isArchived=True)


async def _hook(do: Do) -> None:
    hook = (await do("webhookCreate", url=NOBODY, events=["LEVEL_CHANGED"], skus=["TEA-1"]))["webhook"]
    await do("webhookUpdate", id=hook["id"], description="Nobody's")
    await do("webhookRotateSecret", id=hook["id"])
    await do("webhookRedeliver", id=hook["id"], since="2020-01-01T00:00:00Z")
    other = (await do("webhookCreate", url=NOBODY, events=["LEVEL_CHANGED"], skus=["NONE"]))["webhook"]
    await do("webhookDelete", id=other["id"])


async def _stock(do: Do) -> None:
    await do("stockAdjust", **TEA, delta=30, reason="RECEIPT")
    await do("stockSet", **CUP, quantity=20, reason="CORRECTION", force=True)
    lines = [{**TEA, "delta": 1, "reason": "FOUND"}, {**CUP, "delta": -1, "reason": "LOST"}]
    await do("stockAdjustMany", lines=lines)
    await do("stockSetMany", lines=[{**CUP, "quantity": 25, "reason": "COUNT", "force": True}])
    await do("stockReclassify", **TEA, quantity=3, to="DAMAGED")
    await do("stockWriteOff", **TEA, quantity=2, reason="DAMAGED")
    await do("stockLevelConfigure", **TEA, reorderPoint=4)
    await do("saleRecord", location="MAIN", lines=[{"sku": "TEA-1", "quantity": 1}, {"sku": "CUP-1", "quantity": 2}])


async def _orders(do: Do) -> None:
    lines = [{"sku": "TEA-1", "quantity": 3}, {"sku": "CUP-1", "quantity": 1, "location": "MAIN"}]
    order = (await do("reservationCreate", lines=lines, ttlSeconds=3_600))["reservation"]
    await do("reservationExtend", id=order["id"], ttlSeconds=7_200)
    shipped = await do("reservationFulfill", id=order["id"], lines=[{"sku": "TEA-1", "quantity": 1}])
    await do("reservationFulfillmentReverse", id=order["id"], operation=shipped["operation"]["id"])
    await do("reservationRelease", id=order["id"])
    await do("stockAdjust", sku="CUP-1", location="NORTH", delta=5, reason="RECEIPT")
    lines = [{"sku": "CUP-1", "quantity": 2, "location": "MAIN"}]
    kept = (await do("reservationCreate", lines=lines))["reservation"]
    await do("reservationUpdate", id=kept["id"], lines=[{**lines[0], "quantity": 3}])
    await do("reservationMove", id=kept["id"], location="NORTH", lines=[{"sku": "CUP-1"}])


async def _transfers(do: Do) -> None:
    asked = {"source": "MAIN", "destination": "NORTH", "lines": [{"sku": "TEA-1", "quantity": 4}]}
    sent = (await do("transferCreate", **asked))["transfer"]
    await do("transferShip", id=sent["id"])
    half = {"lines": [{"sku": "TEA-1", "quantity": 2}], "isComplete": True, "shortReason": "LOST"}
    arrived = await do("transferReceive", id=sent["id"], **half)
    await do("transferLossReverse", id=sent["id"], operation=arrived["operation"]["id"])
    other = (await do("transferCreate", **asked))["transfer"]
    await do("transferCancel", id=other["id"])


async def _purchases(do: Do) -> None:
    asked = {"supplier": "ACME", "location": "MAIN", "lines": [{"sku": "CUP-1", "quantity": 6}]}
    order = (await do("purchaseOrderCreate", **asked))["purchaseOrder"]
    changed = await do("purchaseOrderUpdate", id=order["id"], lines=[{"sku": "TEA-1", "quantity": 8}])
    seen = changed["purchaseOrder"]["version"]
    await do("purchaseOrderSubmit", id=order["id"], expectedVersion=seen)
    await do("purchaseOrderConfirm", id=order["id"])
    received = await do("purchaseOrderReceive", id=order["id"], lines=[{"sku": "TEA-1", "quantity": 5}])
    taken_back = [{"sku": "TEA-1", "quantity": 2}]
    receipt = received["operation"]["id"]
    await do("purchaseOrderReceiptReverse", id=order["id"], receipt=receipt, lines=taken_back)
    await do("purchaseOrderCancel", id=order["id"])
    await do("replenishmentPolicySet", scope="ITEM", name="TEA-1", alertMargin=1)
    await do("replenishmentPolicyClear", scope="ITEM", name="TEA-1")
    await do("replenishmentPolicySet", scope="CATEGORY", name="Tea", transferDays=2)
    await do("stockLevelConfigure", **CUP, method="PERIODIC", reviewDays=1, targetLevel=60)
    await do("replenishmentRun", skus=["CUP-1"], review=True)
    pie = {"sku": "PIE-1", "location": "MAIN"}  # which nobody offers
    await do("stockLevelConfigure", **pie, method="MIN_MAX", reorderPoint=10, targetLevel=20)
    await do("replenishmentNeedSnooze", **pie)
    await do("replenishmentNeedResume", **pie)


async def _count(do: Do) -> None:
    opened = (await do("countOpen", location="MAIN"))["count"]
    await do("countRecord", id=opened["id"], lines=[{"sku": "TEA-1", "quantity": 30}, {"sku": "CUP-1", "quantity": 20}])
    await do("countPost", id=opened["id"], uncounted="IGNORE")
    other = (await do("countOpen", location="NORTH"))["count"]
    await do("countCancel", id=other["id"])


async def _alerts(do: Do) -> None:
    low = await do("stockSet", **TEA, quantity=3, reason="COUNT", force=True)
    [alert] = low["level"]["alerts"]
    await do("alertAcknowledge", id=alert["id"])
    await do("alertSnooze", id=alert["id"], until=f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}")
    await do("stockAdjust", **TEA, delta=20, reason="RECEIPT")


async def _access(do: Do) -> None:
    await do("roleUpsert", name="dusk", scopes=["STOCK_READ"])
    await do("roleDelete", name="dusk")
    await do("roleUpsert", name="night", scopes=["STOCK_READ"])
    await do("apiKeyCreate", name="till-7", roles=["night"])
    await do("apiKeyUpdate", name="till-7", description="By the door")
    await do("apiKeyRotate", name="till-7", graceSeconds=0)
    await do("apiKeyRevoke", name="till-7")
    await do("userCreate", name="anna", displayName="Anna", roles=["manager"])
    await do("userUpdate", name="anna", displayName="Anna Bell")
    await do("userSetPassword", name="anna", password="correct horse battery")
    await do("userDisable", name="anna")
    await do("documentsRegister", documents=[{"text": "{ __typename }"}])
    await do("documentsRemove", hashes=["0" * 64])
