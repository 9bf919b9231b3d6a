"""Clients with a normalised cache: a dashboard of theirs stays true, whatever else is asked beside it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from caching_guide import GUIDE, with_lists

from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.graphql.operations import seed

PROGRAMS = Path(__file__).parents[2] / "build" / "clients"
STORY_SECONDS = 60  # reached only by a failure


@pytest.fixture
async def url(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[str]:
    """Return the address of a stocked shop."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        yield f"http://127.0.0.1:{server.port}/graphql"


def test_the_guide_lists_the_types_without_an_id() -> None:
    """And those of them that are merged, which caches need by name; `make schema` brings the lists up to date."""
    guide = GUIDE.read_text(encoding="utf-8")
    assert guide == with_lists(guide)


async def test_the_audit_of_graphql_over_http_finds_no_fault(node: list[str], url: str) -> None:
    """Whatever a server must and should do; a GET without a header that no page can send unasked it may refuse."""
    assert await output_of(*node, PROGRAMS / "audit.mjs", url) == [
        "notice: MAY accept application/x-www-form-urlencoded formatted GET requests: Response status code is not 200",
        "61 audits",
    ]


async def test_the_schema_follows_the_rules_of_graphql_eslint(node: list[str]) -> None:
    """Names, descriptions, ids, connections and deprecations; `eslint.config.mjs` says which not, and why."""
    eslint = PROGRAMS / "node_modules" / "eslint" / "bin" / "eslint.js"
    assert await output_of(*node, eslint, PROGRAMS / "schema.graphql") == []


@pytest.mark.parametrize("client", ["apollo", "urql", "relay"])
async def test_a_dashboard_stays_true_beside_whatever_tells_of_the_past(node: list[str], url: str, client: str) -> None:
    """A page of the ledger, repeated mutations, an operation's movements, alerts, resumed feeds; and it stays live."""
    printed = await output_of(*node, PROGRAMS / "run.mjs", client, url)
    assert printed == ["live", "true beside the past", "live again"]


async def output_of(*command: str | Path) -> list[str]:
    """Run a program, which must not complain; return the lines that it prints."""
    program = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(STORY_SECONDS):
            output, complaints = await program.communicate()
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    assert (complaints.decode(), program.returncode) == ("", 0), output.decode()
    return output.decode().splitlines()
