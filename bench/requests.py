"""The requests of the HTTP benchmarks, as bytes made beforehand."""

import secrets
from itertools import count, cycle
from json import dumps

from bench.loadgen import NextRequest, post
from bench.scene import LOCATION, SKUS

ADJUST = """mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { id } level { onHand version } userErrors { code message } }
}"""
LEVELS = """query Levels($first: Int!) {
  stockLevels(first: $first) { nodes { onHand reserved unavailable available status version } }
}"""
PAGE = 50

# No refusal has an empty list of user errors, and no failure has data behind it.
ADJUST_ENDING = b'"userErrors":[]}}}'
LEVELS_ENDING = b"}]}}}"

_KEY_DIGITS = 12


def adjust(*, is_hot: bool, path: str = "/graphql") -> NextRequest:
    """Return what takes single units: of all levels in turn, or always of the same."""
    requests = cycle([post(path, _adjust_body(sku)) for sku in (SKUS[:1] if is_hot else SKUS)])
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


def levels(*, path: str = "/graphql") -> NextRequest:
    """Return what reads a page of levels."""
    request = post(path, dumps({"query": LEVELS, "variables": {"first": PAGE}}).encode())
    return lambda: request


def _adjust_body(sku: str, **more: str) -> bytes:
    variables = {"input": {"sku": sku, "location": LOCATION, "delta": -1, "reason": "SALE", **more}}
    return dumps({"query": ADJUST, "variables": variables}).encode()
