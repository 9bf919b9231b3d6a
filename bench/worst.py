"""The most expensive operations that are allowed, found by search: how long each takes a lone caller."""

from time import perf_counter

import click
import httpx

from app.web.graphql.transport.limits import Limits
from bench.expensive import Search
from bench.measure import Result, Target
from bench.scene import LOCATION
from bench.stage import Stage
from schema.root import schema

CORE = schema._schema  # noqa: SLF001 - Strawberry has no public way to its graphql-core schema


async def worst_operations(stage: Stage, name: str, target: Target | None) -> Result:
    """Return the milliseconds of the slowest in each round; of all of them, those of the last."""
    api = await stage.api()
    query = CORE.query_type
    assert query is not None
    roots = [root for root, field in query.fields.items() if "first" in field.args]
    operations = {
        root: Search(CORE, Limits(), seed=seed).found(
            root, {"location": f'"{LOCATION}"'} if root == "countsDue" else {}
        )
        for seed, root in enumerate(roots)
    }
    slowest: list[float] = []
    taken: dict[str, float] = {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=60) as client:
        for _ in range(stage.rounds):
            for root, operation in operations.items():
                begun = perf_counter()
                response = await client.post("/graphql", json={"query": operation.document})
                taken[root] = round((perf_counter() - begun) * 1_000, 1)
                assert "errors" not in response.json(), response.text
            slowest.append(max(taken.values()))
    for root, operation in operations.items():
        click.echo(f"{name}: {root}, of cost {operation.cost:,}: {taken[root]} ms")
    costs = {root: operation.cost for root, operation in operations.items()}
    return Result(name=name, unit="ms", ours=slowest, target=target, extra={"milliseconds": taken, "cost": costs})
