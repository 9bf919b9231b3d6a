"""The requests of the HTTP benchmarks, as bytes made beforehand."""

import secrets
from itertools import count, cycle
from json import dumps

from app.services.page_cursor import cursor_of
from bench.loadgen import NextRequest, post
from bench.scene import LOCATION, SKUS

ADJUST = """mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { id } level { onHand version } userErrors { code message } }
}"""
LEVELS = """query Levels($first: Int!, $after: String) {
  stockLevels(first: $first, after: $after) { nodes { onHand reserved unavailable available status version } }
}"""
PAGE = 50

# No refusal has an empty list of user errors, and no failure has data behind it.
ADJUST_ENDING = b'"userErrors":[]}}}'
LEVELS_ENDING = b"}]}}}"

_KEY_DIGITS = 12


def adjust(*, is_hot: bool, key: str | None = None) -> NextRequest:
    """Return what takes single units: of all levels in turn, or always of the same."""
    requests = cycle([post("/graphql", _adjust_body(sku), key=key) for sku in (SKUS[:1] if is_hot else SKUS)])
    return requests.__next__


def adjust_with_key(*, is_hot: bool) -> NextRequest:
    """Return the same, each request with an idempotency key of its own."""
    run = secrets.token_hex(4)
    hole = "#" * _KEY_DIGITS
    templates = cycle(
        [
            tuple(post("/graphql", _adjust_body(sku, idempotencyKey=f"{run}-{hole}")).split(hole.encode()))
            for sku in (SKUS[:1] if is_hot else SKUS)
        ]
    )
    numbers = count()

    def next_request() -> bytes:
        before, after = next(templates)
        return b"%b%012d%b" % (before, next(numbers), after)

    return next_request


def levels(*, path: str = "/graphql", is_spread: bool = False, key: str | None = None) -> NextRequest:
    """Return what reads a page of levels: always the first one, or 900 different ones in turn."""
    after = [_cursor(sku) for sku in SKUS[: -2 * PAGE]] if is_spread else [None]
    return cycle([post(path, levels_body(each), key=key) for each in after]).__next__


def levels_body(after: str | None = None) -> bytes:
    """Return the body of a request for a page of levels."""
    return dumps({"query": LEVELS, "variables": {"first": PAGE, "after": after}}).encode()


def _cursor(sku: str) -> str:
    return cursor_of((sku, LOCATION), order="SKU")


def _adjust_body(sku: str, **more: str) -> bytes:
    variables = {"input": {"sku": sku, "location": LOCATION, "delta": -1, "reason": "SALE", **more}}
    return dumps({"query": ADJUST, "variables": variables}).encode()
