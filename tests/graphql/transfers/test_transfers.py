"""transferCreate, transferShip, transferReceive and transferCancel, and the transfers that they leave."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import LEVEL
from tests.graphql.transfers.operations import (
    CANCEL,
    CREATE,
    NO_ID,
    RECEIVE,
    SHIP,
    TRANSFER,
    created,
    global_id,
    line,
    refusal,
    shipped,
)

NODE = "query ($id: ID!) { node(id: $id) { id __typename ... on Transfer { state } } }"


def told(sku: str, quantity: int, **counts: int) -> dict[str, Any]:
    """Return a line as the API tells it; counts that are left out are zero."""
    names = ("shipped", "received", "lost", "returned", "over", "outstanding")
    return {"item": {"sku": sku}, "quantity": quantity, **dict.fromkeys(names, 0), **counts}


def moved(sku: str, location: str, *, reason: str = "TRANSFER", **counts: int) -> dict[str, Any]:
    """Return a movement as the API tells it; counts that are left out are zero."""
    return {
        "reason": reason,
        "reference": "TO-1",
        "delta": counts.get("delta", 0),
        "change": {"incoming": counts.get("incoming", 0), "unavailableBy": {"damaged": counts.get("damaged", 0)}},
        "level": {"item": {"sku": sku}, "location": {"code": location}},
    }


async def counts_at(api: Api, sku: str, location: str) -> tuple[int, int, int, int]:
    """Return what is on hand, unavailable, incoming and available."""
    level = await api.run(LEVEL, sku=sku, location=location)
    return level["onHand"], level["unavailable"], level["incoming"], level["available"]


async def test_a_transfer_goes_from_draft_to_received(shop: Api) -> None:
    """Each step answers with the transfer, and with what it moved."""
    # when
    asked = {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 6), line("CUP-1", 2)]}
    draft = await shop.run(CREATE, input={**asked, "reference": "TO-1"})
    # then
    identity = draft["transfer"]["id"]
    assert draft == {
        "transfer": {
            "id": identity,
            "state": "DRAFT",
            "source": {"code": "MAIN"},
            "destination": {"code": "NORTH"},
            "reference": "TO-1",
            "version": 1,
            "createdAt": draft["transfer"]["createdAt"],
            "updatedAt": draft["transfer"]["updatedAt"],
            "lines": [told("TEA-1", 6), told("CUP-1", 2)],
        },
        "operation": {"kind": "transferCreate", "reference": "TO-1", "movements": []},
        "replayed": False,
        "userErrors": [],
    }
    # when
    sent = await shop.run(SHIP, input={"id": identity, "lines": [line("CUP-1", 2), line("TEA-1", 5)]})
    # then
    assert sent["operation"] == {
        "kind": "transferShip",
        "reference": "TO-1",
        "movements": [
            moved("CUP-1", "MAIN", delta=-2),
            moved("CUP-1", "NORTH", incoming=2),
            moved("TEA-1", "MAIN", delta=-5),
            moved("TEA-1", "NORTH", incoming=5),
        ],
    }
    assert sent["transfer"] == {
        **draft["transfer"],
        "state": "IN_TRANSIT",
        "version": 2,
        "updatedAt": sent["transfer"]["updatedAt"],
        "lines": [told("TEA-1", 6, shipped=5, outstanding=5), told("CUP-1", 2, shipped=2, outstanding=2)],
    }
    assert sent["transfer"]["updatedAt"] > draft["transfer"]["updatedAt"] > draft["transfer"]["createdAt"]
    assert await counts_at(shop, "TEA-1", "NORTH") == (0, 0, 5, 0)
    # when
    part = await shop.run(
        RECEIVE,
        input={"id": identity, "lines": [line("TEA-1", 3, damaged=1), line("CUP-1", 3, overReason="FOUND")]},
    )
    # then
    assert part["operation"]["movements"] == [
        moved("TEA-1", "NORTH", delta=3, incoming=-3, damaged=1),
        moved("CUP-1", "NORTH", delta=2, incoming=-2),
        moved("CUP-1", "NORTH", delta=1, reason="FOUND"),
    ]
    assert part["transfer"]["state"] == "PARTIALLY_RECEIVED"
    # when
    last = await shop.run(RECEIVE, input={"id": identity, "lines": [], "isComplete": True, "shortReason": "LOST"})
    # then
    assert last["operation"]["movements"] == [moved("TEA-1", "NORTH", incoming=-2, reason="LOST")]
    assert (last["transfer"]["state"], last["transfer"]["version"]) == ("RECEIVED", 4)
    assert last["transfer"]["lines"] == [
        told("TEA-1", 6, shipped=5, received=3, lost=2),
        told("CUP-1", 2, shipped=2, received=2, over=1),
    ]
    assert await counts_at(shop, "TEA-1", "MAIN") == (5, 0, 0, 5)
    assert await counts_at(shop, "TEA-1", "NORTH") == (3, 1, 0, 2)
    assert await counts_at(shop, "CUP-1", "NORTH") == (3, 0, 0, 3)
    assert await shop.run(TRANSFER, id=identity) == last["transfer"]


async def test_everything_is_sent_and_everything_arrives_unless_told_otherwise(shop: Api) -> None:
    """Without lines, a step is about all of them."""
    identity = await shipped(shop, line("TEA-1", 10), line("CUP-1", 1))
    transfer = (await shop.run(RECEIVE, input={"id": identity}))["transfer"]
    assert transfer["state"] == "RECEIVED"
    assert transfer["lines"] == [told("TEA-1", 10, shipped=10, received=10), told("CUP-1", 1, shipped=1, received=1)]
    assert await counts_at(shop, "TEA-1", "MAIN") == (0, 0, 0, 0)
    assert await counts_at(shop, "TEA-1", "NORTH") == (10, 0, 0, 10)


async def test_a_cancelled_transfer_goes_back(shop: Api) -> None:
    """What was on its way is at the source again, under the reference that the cancellation gives."""
    identity = await shipped(shop, line("TEA-1", 4))
    payload = await shop.run(CANCEL, input={"id": identity, "reference": "RMA-1"})
    assert payload["transfer"]["state"] == "CANCELLED"
    assert payload["transfer"]["reference"] == "TO-1"
    assert payload["transfer"]["lines"] == [told("TEA-1", 4, shipped=4, returned=4)]
    back = [moved("TEA-1", "NORTH", incoming=-4), moved("TEA-1", "MAIN", delta=4)]
    assert payload["operation"] == {
        "kind": "transferCancel",
        "reference": "RMA-1",
        "movements": [{**movement, "reference": "RMA-1"} for movement in back],
    }
    assert await counts_at(shop, "TEA-1", "MAIN") == (10, 0, 0, 10)
    assert await counts_at(shop, "TEA-1", "NORTH") == (0, 0, 0, 0)


async def test_repeating_a_step_returns_its_operation_and_the_transfer_of_now(shop: Api) -> None:
    """Each of the four, when the transfer has moved on."""
    requests: list[tuple[str, dict[str, Any]]] = [
        (CREATE, {"source": "MAIN", "destination": "NORTH", "lines": [line("TEA-1", 4)], "idempotencyKey": "1"})
    ]
    first = [await shop.run(CREATE, input=requests[0][1])]
    identity = first[0]["transfer"]["id"]
    requests += [
        (SHIP, {"id": identity, "idempotencyKey": "2"}),
        (RECEIVE, {"id": identity, "lines": [line("TEA-1", 1)], "idempotencyKey": "3"}),
        (CANCEL, {"id": identity, "idempotencyKey": "4"}),
    ]
    first += [await shop.run(query, input=request) for query, request in requests[1:]]
    async with shop.nothing_changes():
        again = [await shop.run(query, input=request) for query, request in requests]
    now = first[-1]["transfer"]
    assert again == [{**payload, "transfer": now, "replayed": True} for payload in first]
    assert [payload["transfer"]["state"] for payload in first] == [
        "DRAFT",
        "IN_TRANSIT",
        "PARTIALLY_RECEIVED",
        "CANCELLED",
    ]
    [error] = await refusal(shop, SHIP, id=identity, idempotencyKey="3")
    assert (error["__typename"], error["key"]) == ("IdempotencyKeyReusedError", "3")


async def test_a_transfer_is_a_node(shop: Api) -> None:
    """It is found by its global id among all other things; an unknown one is null."""
    identity = await created(shop, line("TEA-1", 1))
    assert await shop.run(NODE, id=identity) == {"id": identity, "__typename": "Transfer", "state": "DRAFT"}
    assert await shop.run(NODE, id=global_id("Transfer", NO_ID)) is None


PARTS = """
query ($first: Int! = 2, $after: String) {
  transfers(first: 1) {
    nodes {
      lines { totalCount nodes { ...Line } }
      start: lines(first: 2) { ...Page }
      middle: lines(first: $first, after: $after) { ...Page }
      ... on Transfer { end: lines(first: 1000, after: "WyJMSU5FIiw0XQ==") { ...Page } }
      none: lines(first: 0) { ...Page }
      beyond: lines(first: 5, after: "WyJMSU5FIiw5MjIzMzcyMDM2ODU0Nzc1ODA3XQ==") { ...Page }
    }
    edges { node { last: lines(first: 1, after: "WyJMSU5FIiw2XQ==") { ...Page } } }
  }
}
fragment Page on TransferLineConnection { totalCount pageInfo { hasNextPage } nodes { ...Line } }
fragment Line on TransferLine { item { sku } quantity outstanding }
"""


async def test_lines_are_the_same_however_they_are_asked_for(shop: Api) -> None:
    """Any pages of them at once, by aliases, fragments and variables: each as the whole has it, counted as a whole."""
    skus = [f"LINE-{number}" for number in range(8)]
    for sku in skus:
        await shop.run(
            "mutation ($sku: String!) { itemUpsert(input: {sku: $sku, name: $sku}) { userErrors { code } } }", sku=sku
        )
    lines = [line(sku, number) for number, sku in enumerate(skus, start=1)]
    await shop.run(CREATE, input={"source": "MAIN", "destination": "NORTH", "lines": lines})
    asked = await shop.run(PARTS, after="WyJMSU5FIiwxXQ==")
    [found], [edge] = asked["nodes"], asked["edges"]
    whole = found["lines"]["nodes"]
    assert [each["item"]["sku"] for each in whole] == skus
    assert found["lines"]["totalCount"] == 8
    expected = {"start": whole[:2], "middle": whole[2:4], "end": whole[5:], "none": [], "beyond": []}
    pages = {**{name: found[name] for name in expected}, "last": edge["node"]["last"]}
    for name, nodes in {**expected, "last": whole[7:]}.items():
        assert pages[name]["nodes"] == nodes, name
        assert pages[name]["totalCount"] == 8
        assert pages[name]["pageInfo"]["hasNextPage"] == (name in {"start", "middle", "none"})
    without = PARTS.replace("lines { totalCount nodes { ...Line } }", "state")  # now the server reads parts only
    assert (await shop.run(without, after="WyJMSU5FIiwxXQ=="))["nodes"] == [
        {"state": "DRAFT", **{name: found[name] for name in expected}}
    ]
