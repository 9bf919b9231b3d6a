"""Everybody in a busy shop: they sell, take goods in, send orders off and drive a van, at whichever server answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, closing
from itertools import count
from random import Random
from typing import Any

from tests.faults.busy_shop import PLACES, SENTINEL, SKUS, a_sale, chance_of, offers, opening_stock, policies
from tests.support.failover_client import FailoverClient
from tests.support.waiting import eventually

SELLERS = 120
HANDS = 8  # with which each of the others works at once
PAUSE_SECONDS = 0.05  # of those who found nothing to do

ITEMS_UPSERT = "mutation ($input: ItemsUpsertManyInput!) { itemsUpsertMany(input: $input) { userErrors { message } } }"
LOCATION_UPSERT = "mutation ($input: LocationUpsertInput!) { locationUpsert(input: $input) { userErrors { message } } }"
STOCK = "mutation ($input: StockAdjustManyInput!) { stockAdjustMany(input: $input) { userErrors { message } } }"
SUPPLIER = "mutation ($input: SupplierUpsertInput!) { supplierUpsert(input: $input) { userErrors { message } } }"
OFFER = "mutation ($input: SupplierItemUpsertInput!) { supplierItemUpsert(input: $input) { userErrors { message } } }"
CONFIGURE = (
    "mutation ($input: StockLevelConfigureInput!) { stockLevelConfigure(input: $input) { userErrors { message } } }"
)
SALE = """
mutation ($input: SaleRecordInput!) { saleRecord(input: $input) { movements { version } userErrors { code } } }"""
ON_ORDER = """
{ purchaseOrders(first: 50, filter: {states: [SUBMITTED, PARTIALLY_RECEIVED]}) {
  nodes { id version lines { nodes { item { sku } outstanding } } } } }"""
DRAFTS = """
{ purchaseOrders(first: 50, filter: {states: [DRAFT], supplier: "SLOW"}) { nodes { id version } } }"""
TRANSFERS = """
{ transfers(first: 50, filter: {states: [DRAFT, IN_TRANSIT, PARTIALLY_RECEIVED]}) {
  nodes { id version state lines { nodes { item { sku } quantity outstanding } } } } }"""


def change(name: str) -> str:
    """Return a mutation of a document."""
    return (
        f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
    )


SUBMIT, RECEIVE, CANCEL = map(change, ("purchaseOrderSubmit", "purchaseOrderReceive", "purchaseOrderCancel"))
SHIP, ARRIVE, CALL_OFF = map(change, ("transferShip", "transferReceive", "transferCancel"))

Node = dict[str, Any]


class ShopClients:
    """Everybody, and what they were told.

    `accepted` sales have the versions that they gave to their levels. `doubtful` ones were refused in the end, after an
    attempt without an answer. `said` are the keys of whatever was asked for.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._numbers = count()
        self._closing = asyncio.Event()
        self.said: set[str] = set()
        self.accepted: dict[int, tuple[int, ...]] = {}
        self.lines = 0  # of the accepted sales
        self.refused: set[int] = set()
        self.doubtful: set[int] = set()
        self.repeated = 0

    async def open(self) -> None:
        """Create all that there is, stocked and with policies."""
        with ExitStack() as stack:
            first, *others = (self._client(number, stack) for number in range(SELLERS))
            items = [{"sku": sku, "name": f"Item {sku}"} for sku in (*SKUS, SENTINEL.sku)]
            await first.change(ITEMS_UPSERT, items=items, idempotencyKey="open/items")
            for code in PLACES:
                key = f"open/{code}"
                await first.change(LOCATION_UPSERT, code=code, name=code, kind="STORE", idempotencyKey=key)
            for code, days, sends in (("FAST", 3, True), ("SLOW", 9, False)):
                terms = {"code": code, "name": code, "leadTimeDays": days, "autoSubmit": sends}
                await first.change(SUPPLIER, **terms, idempotencyKey=f"open/{code}")
            await first.change(STOCK, lines=list(opening_stock()), idempotencyKey="open/stock")
            settings = [(OFFER, offer) for offer in offers()] + [(CONFIGURE, policy) for policy in policies()]

            async def make(client: FailoverClient, setting: tuple[str, Node]) -> None:
                await client.change(setting[0], **setting[1])

            await _share_out(settings, others, make)

    async def trade(self) -> None:
        """Sell, and do all else that people do, until the shop is closed."""
        with ExitStack() as stack:
            clients = (self._client(number, stack) for number in count())
            async with asyncio.TaskGroup() as everybody:
                for _ in range(SELLERS):
                    everybody.create_task(self._sell(next(clients)))
                for query, act in ((ON_ORDER, _take_in), (DRAFTS, _send_off), (TRANSFERS, _drive)):
                    everybody.create_task(self._work(query, act, [next(clients) for _ in range(HANDS)]))

    def close(self) -> None:
        """Let everybody finish what they are at, and go."""
        self._closing.set()

    async def sold(self, lines: int) -> None:
        """Return once so many lines of sales were accepted. Raises TimeoutError where none is for too long."""
        while (before := self.lines) < lines:
            await eventually(lambda: self.lines > before)

    def _client(self, number: int, stack: ExitStack) -> FailoverClient:
        return stack.enter_context(closing(FailoverClient(self._urls, number=number, said=self.said)))

    async def _sell(self, client: FailoverClient) -> None:
        while not self._closing.is_set():
            sale = a_sale(next(self._numbers))
            answer = await client.ask(SALE, input=sale.input)
            self.repeated += answer.is_repeated
            if answer.value["userErrors"]:
                assert {error["code"] for error in answer.value["userErrors"]} == {"INSUFFICIENT_STOCK"}, answer
                (self.doubtful if answer.is_repeated else self.refused).add(sale.number)
            else:
                self.accepted[sale.number] = tuple(line["version"] for line in answer.value["movements"])
                self.lines += len(sale.lines)

    async def _work(
        self, query: str, act: Callable[[FailoverClient, Node], Awaitable[None]], hands: Sequence[FailoverClient]
    ) -> None:
        """Look what there is to do and do it, again and again."""
        while not self._closing.is_set():
            await _share_out((await hands[0].ask(query)).value["nodes"], hands, act)
            try:
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._closing.wait()
            except TimeoutError:
                continue


async def _take_in(client: FailoverClient, order: Node) -> None:
    """Take in what a supplier sends: all of it, a part, or less for good; now and then the order is given up."""
    request_info, chance = _about(order, "goods")
    some = {**request_info, "lines": _some(order["lines"]["nodes"], chance)}
    match chance.choices(("all", "some", "less", "none"), weights=(70, 20, 8, 2))[0]:
        case "all":
            await client.ask(RECEIVE, input=request_info)
        case "some":
            await client.ask(RECEIVE, input=some)
        case "less":
            await client.ask(RECEIVE, input={**some, "isComplete": True})
        case "none":
            await client.ask(CANCEL, input=request_info)


async def _send_off(client: FailoverClient, draft: Node) -> None:
    """Submit what the server has written for the supplier that is not sent anything by itself."""
    request_info, _ = _about(draft, "submit")
    await client.ask(SUBMIT, input={**request_info, "expectedVersion": draft["version"]})


async def _drive(client: FailoverClient, transfer: Node) -> None:
    """Bring from MAIN what it is to send: as proposed or less, and what it has not got any more not at all."""
    request_info, chance = _about(transfer, "van")
    is_less = chance.random() < 0.2
    if transfer["state"] != "DRAFT":
        less = {"lines": _some(transfer["lines"]["nodes"], chance), "isComplete": True, "shortReason": "LOST"}
        await client.ask(ARRIVE, input={**request_info, **(less if is_less else {})})
        return
    less = {"lines": [{"sku": transfer["lines"]["nodes"][0]["item"]["sku"], "quantity": 1}]}
    if (await client.ask(SHIP, input={**request_info, **(less if is_less else {})})).value["userErrors"]:
        await client.ask(
            CALL_OFF, input={**request_info, "idempotencyKey": f"{request_info['idempotencyKey']}/call-off"}
        )


def _about(document: Node, work: str) -> tuple[Node, Random]:
    """Return what names a request, and the chance that decides what it is: whoever sees the same does the same."""
    key = f"{work}/{document['id']}/{document['version']}"
    return {"id": document["id"], "idempotencyKey": key}, chance_of(key)


def _some(lines: list[Node], chance: Random) -> list[Node]:
    """Return a part of what is outstanding on each line, one unit at least of the first; one unit may be damaged."""
    outstanding = [(line["item"]["sku"], line["outstanding"]) for line in lines if line["outstanding"]]
    parts = [(sku, chance.randint(0 if index else 1, units)) for index, (sku, units) in enumerate(outstanding)]
    return [
        {"sku": sku, "quantity": units, "damaged": int(units > 0 and chance.random() < 0.3)} for sku, units in parts
    ]


async def _share_out(
    things: Sequence[Any], clients: Sequence[FailoverClient], act: Callable[[FailoverClient, Any], Awaitable[None]]
) -> None:
    """Let the clients act on all things, each on one after the other."""
    left = iter(things)

    async def work(client: FailoverClient) -> None:
        for thing in left:
            await act(client, thing)

    await asyncio.gather(*(work(client) for client in clients))
