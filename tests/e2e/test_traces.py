"""Traces from a client's header to a receiver's, and from a task to a receiver's, as `stockpulse serve` sends them."""

import asyncio
import json
from typing import Any

import httpx
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.store.driver.client import Database
from tests.support.collector import CollectedSpan, Collector
from tests.support.receiver import Received, Receiver
from tests.support.served import Server, serving
from tests.support.waiting import DEADLINE_SECONDS, eventually

TRACE, PARENT = "a" * 32, "b" * 16
OF_SOCKET = "c" * 32
STATE = "vendor=1-2,other@vendor=a b"

PREPARE = """
mutation(
  $hook: WebhookCreateInput!, $item: ItemUpsertInput!, $location: LocationUpsertInput!, $supplier: SupplierUpsertInput!
  $offer: SupplierItemUpsertInput!, $level: StockLevelConfigureInput!
) {
  webhookCreate(input: $hook) { userErrors { message } }
  itemUpsert(input: $item) { userErrors { message } }
  locationUpsert(input: $location) { userErrors { message } }
  supplierUpsert(input: $supplier) { userErrors { message } }
  supplierItemUpsert(input: $offer) { userErrors { message } }
  stockLevelConfigure(input: $level) { userErrors { message } }
}
"""
ADJUST = "mutation Receive($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { message } } }"
LEVELS = "query { stockLevels { nodes { onHand } } }"

BELOW = {
    "POST /graphql": None,
    "stockAdjust": "POST /graphql",
    "wait for writer": "stockAdjust",
    "batch": "stockAdjust",
    "transaction": "batch",
    "read": "transaction",
    "write": "transaction",
    "commit": "transaction",
    "send changes": "stockAdjust",
    "POST": "stockAdjust",
}
OF_TASK = {
    "purchaseOrderSubmit": None,
    "wait for writer": "purchaseOrderSubmit",
    "batch": "purchaseOrderSubmit",
    "transaction": "batch",
    "POST": "purchaseOrderSubmit",
}


async def test_a_trace_goes_through_the_server_and_on_to_a_receiver(
    mongo_url: str, redis_url: str, database: Database
) -> None:
    """Every span is below the one that led to it, no value is in any, and every line of the log is JSON."""
    with Collector() as collector:
        settings = {
            "STOCKPULSE_AUTH": "none",
            "STOCKPULSE_LOG_FORMAT": "json",
            "STOCKPULSE_LOG_LEVEL": "info",
            "STOCKPULSE_SLOW_OPERATION_SECONDS": "0",
            "STOCKPULSE_OTLP_ENDPOINT": collector.url,
            "STOCKPULSE_TRACE_RATIO": "1",
            "STOCKPULSE_WEBHOOK_ALLOW_PRIVATE": "true",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_EXPORTER_OTLP_TIMEOUT": f"{DEADLINE_SECONDS:g}",  # on a busy machine; what takes longer is dropped
        }
        async with Receiver() as receiver:
            with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name, **settings) as server:
                await asyncio.to_thread(_prepare, server, receiver.url)
                headers = {
                    "traceparent": f"00-{TRACE}-{PARENT}-01",
                    "tracestate": STATE,
                    "x-request-id": "till-7:1",
                }
                change = {"sku": "SECRET-SKU", "location": "MAIN", "delta": 7, "reason": "FOUND", "note": "secret note"}
                await asyncio.to_thread(_ask, server, ADJUST, headers, input=change)
                received = await eventually(lambda: _taken("level.changed", receiver, TRACE))
                await asyncio.to_thread(_ask_by_socket, server)
                await eventually(lambda: BELOW.keys() <= collector.of(TRACE).keys())
                await eventually(lambda: "query" in collector.of(OF_SOCKET))
                submitted = await eventually(lambda: _taken("purchase_order.submitted", receiver))
                ordered = submitted.headers["traceparent"].split("-")[1]
                await eventually(lambda: OF_TASK.keys() <= collector.of(ordered).keys())
                lines = [json.loads(line) for line in server.lines]
    _check_trace(collector.of(TRACE), received.headers)
    _check_order(collector.of(ordered), submitted.headers)
    assert any(each.span_id in submitted.headers["traceparent"] for each in collector.spans if each.name == "POST")
    assert "secret" not in repr(collector.spans).lower()
    [line] = [each for each in lines if each.get("request_id") == "till-7:1"]
    root = collector.of(TRACE)["POST /graphql"]
    assert {name: line[name] for name in ("trace_id", "span_id", "operation", "fields", "type")} == {
        "trace_id": TRACE,
        "span_id": root.span_id,
        "operation": "Receive",
        "fields": ["stockAdjust"],
        "type": "mutation",
    }
    assert line["duration_ms"] >= line["queue_ms"] + line["commit_ms"] > 0
    assert "secret" not in json.dumps(line).lower()
    [read] = [each for each in lines if each.get("trace_id") == OF_SOCKET and each.get("fields") == ["stockLevels"]]
    assert read["database_calls"] > 0
    assert 0 < read["database_ms"] < read["duration_ms"]


def _taken(kind: str, receiver: Receiver, trace: str = "") -> Received | None:
    """Return a message of this kind that was taken, of a trace."""
    found = (each for each in receiver.taken if each.message["type"] == kind)
    return next((each for each in found if trace in each.headers["traceparent"]), None)


def _check_trace(spans: dict[str, CollectedSpan], sent_on: dict[str, str]) -> None:
    _check_places(spans, BELOW)
    root = spans["POST /graphql"]
    assert (root.parent_id, {each.state for each in spans.values()}) == (PARENT, {STATE})
    assert root.attributes == {
        "stockpulse.request_id": "till-7:1",
        "http.request.method": "POST",
        "url.path": "/graphql",
        "url.scheme": "http",
        "http.response.status_code": 200,
        "graphql.operation.type": "mutation",
        "graphql.operation.name": "Receive",
        "stockpulse.fields": ["stockAdjust"],
    }
    assert spans["wait for writer"].links == [spans["batch"].span_id]
    assert (sent_on["traceparent"], sent_on["tracestate"]) == (f"00-{TRACE}-{spans['POST'].span_id}-01", STATE)
    assert spans["POST"].attributes["server.address"] == "127.0.0.1"
    assert not any(span.is_error for span in spans.values())


def _check_order(spans: dict[str, CollectedSpan], sent_on: dict[str, str]) -> None:
    """Check what the server did by itself: its own trace, from the command to the receiver."""
    _check_places(spans, OF_TASK)
    root = spans["purchaseOrderSubmit"]
    assert (root.parent_id, root.is_error) == (None, False)
    assert root.attributes["stockpulse.task"].startswith("replenisher")
    assert "tracestate" not in sent_on


def _check_places(spans: dict[str, CollectedSpan], below: dict[str, str | None]) -> None:
    assert {name: None if above is None else spans[above].span_id for name, above in below.items()} == {
        name: spans[name].parent_id if above is not None else None for name, above in below.items()
    }


def _prepare(server: Server, url: str) -> None:
    _ask(
        server,
        PREPARE,
        {},
        hook={"url": url, "events": ["LEVEL_CHANGED", "PURCHASE_ORDER_SUBMITTED"]},
        item={"sku": "SECRET-SKU", "name": "Tea"},
        location={"code": "MAIN", "name": "Main"},
        supplier={"code": "SECRET-SUPPLIER", "name": "Fields", "leadTimeDays": 3, "autoSubmit": True},
        offer={"supplier": "SECRET-SUPPLIER", "sku": "SECRET-SKU", "unitCost": "1.00"},
        level={
            "sku": "SECRET-SKU",
            "location": "MAIN",
            "method": "FIXED_QUANTITY",
            "reorderPoint": 10,
            "orderQuantity": 50,
        },
    )


def _ask(server: Server, query: str, headers: dict[str, str], **variables: Any) -> None:  # noqa: ANN401 - JSON
    asked = {"query": query, "variables": variables}
    answer = httpx.post(server.url, json=asked, headers=headers, timeout=60).json()
    assert "errors" not in answer, answer
    assert all(each["userErrors"] == [] for each in answer["data"].values()), answer


def _ask_by_socket(server: Server) -> None:
    url = server.url.replace("http", "ws")
    with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket.recv())["type"] == "connection_ack"
        extensions = {"traceparent": f"00-{OF_SOCKET}-{PARENT}-01"}
        socket.send(
            json.dumps({"type": "subscribe", "id": "1", "payload": {"query": LEVELS, "extensions": extensions}})
        )
        assert json.loads(socket.recv())["type"] == "next"
