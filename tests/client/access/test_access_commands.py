# ruff: noqa: ANN401 - JSON is of any type
"""`stockpulse keys`, `users` and `roles` against a served application that requires keys."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli.main import main
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.support.access import Administration

VIEWER = "{ viewer { name locations } }"


@dataclass(frozen=True)
class Shop:
    """A server with an admin key, and the commands against it."""

    port: int
    key: str

    async def run(self, *words: str, key: str | None = None, typed: str | None = None) -> Result:
        """Run a command in a thread, as the server runs in this loop."""
        environment = {"STOCKPULSE_KEY": key or self.key}
        options = [*words, "--url", f"http://127.0.0.1:{self.port}"]
        return await asyncio.to_thread(CliRunner(env=environment).invoke, main, options, input=typed)


@pytest.fixture
async def shop(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Any]:
    """Return a server without stock, with one location, and its admin's commands."""
    settings = settings_of(mongo_url, redis_url, database.name, auth="required")
    admin = await Administration(settings).key("root")
    async with served(settings) as server:
        headers = {"authorization": admin.header}
        query = 'mutation { locationUpsert(input: {code: "LONDON", name: "London"}) { userErrors { code } } }'
        assert (await server.api.post(query, **headers)).json()["data"]["locationUpsert"]["userErrors"] == []
        yield Shop(server.port, admin.text), server.api


async def test_a_key_is_made_used_rotated_and_revoked(shop: Any) -> None:
    """What is printed last is the key; a list never has it."""
    commands, api = shop

    async def viewer(key: str) -> Any:
        return (await api.post(VIEWER, authorization=f"Bearer {key}")).json().get("data")

    made = await commands.run(
        "keys", "create", "--name", "till-7", "--role", "clerk", "--location", "LONDON", "--expires", "90d"
    )
    assert made.exit_code == 0, made.output
    key = made.output.splitlines()[-1]
    assert await viewer(key) == {"viewer": {"name": "till-7", "locations": ["LONDON"]}}
    rotated = await commands.run("keys", "rotate", "till-7", "--quiet")
    assert await viewer(rotated.output.strip()) == await viewer(key)
    listed = await commands.run("keys", "list")
    rows = [line.split("\t") for line in listed.output.splitlines()]
    assert [row[0] for row in rows] == ["name", "root", "till-7"]
    assert rows[2][2:5:2] == ["clerk", rows[2][4]]
    assert re.fullmatch(r"active, former secret until \d{4}-\d\d-\d\d \d\d:\d\d", rows[2][4])
    assert "sp_" not in listed.output
    assert (await commands.run("keys", "revoke", "till-7")).output.splitlines()[-1] == "The API key till-7 is revoked."
    assert await viewer(key) is None
    assert [line.split("\t")[0] for line in (await commands.run("keys", "list")).output.splitlines()] == [
        "name",
        "root",
    ]
    assert "till-7" in (await commands.run("keys", "list", "--all")).output


async def test_an_update_changes_what_is_given_and_takes_away_what_is_named(shop: Any) -> None:
    """Of keys and of users; the rest stays as it was."""
    commands, api = shop
    for words in MADE:
        assert (made := await commands.run(*words.split())).exit_code == 0, made.output
    steps = [
        ("keys update till-7 --budget 5000/500 --documents-only --description entrance", TILL | LIMITS),
        ("keys update till-7 --no-roles --scope stock:read --all-locations --approval-limit 5", FREED | LIMITS),
        ("keys update till-7 --usual-budget --all-documents --no-description --any-approval --no-expiry", FREED | NONE),
    ]
    for words, expected in steps:
        done = await commands.run(*words.split())
        assert (done.exit_code, done.output.splitlines()[-1]) == (0, "The API key till-7 is updated.")
        answer = await api.post(KEY_QUERY, authorization=f"Bearer {commands.key}")
        found = answer.json()["data"]["apiKey"]
        assert {name: found[name] for name in expected} == expected, words
    assert found["expiresAt"] is None
    renamed = await commands.run("users", "update", "anna", "--display-name", "Anna B.", "--approval-limit", "500")
    assert renamed.output.splitlines()[1].split("\t")[:3] == ["anna", "Anna B.", "buyer, orders up to 500.00"]
    for words in ("", "--role clerk --no-roles", "--budget 5000/500 --usual-budget"):
        assert (await commands.run("keys", "update", "till-7", *words.split())).exit_code == 2
    unknown = await commands.run("keys", "update", "nobody", "--no-expiry")
    assert (unknown.exit_code, unknown.output) == (1, "Error: No API key has the name 'nobody'.\n")


MADE = [
    "keys create --name till-7 --role clerk --location LONDON --expires 90d",
    "users create --name anna --role buyer --no-password",
]
KEY_QUERY = """{ apiKey(name: "till-7") {
  roles scopes locations budget { capacity restoreRate } documentsOnly description approvalLimit expiresAt
} }"""
TILL = {"roles": ["clerk"], "scopes": [], "locations": ["LONDON"]}
FREED = {"roles": [], "scopes": ["STOCK_READ"], "locations": None}
LIMITS = {"budget": {"capacity": 5000, "restoreRate": 500}, "documentsOnly": True, "description": "entrance"}
NONE = {"budget": None, "documentsOnly": False, "description": None, "approvalLimit": None}


async def test_users_and_roles_are_made_and_ended(shop: Any) -> None:
    """A password comes from standard input."""
    commands, _ = shop
    anna = [
        "users",
        "create",
        "--name",
        "anna",
        "--role",
        "viewer",
        "--scope",
        "counting:write",
        "--budget",
        "5000/500",
    ]
    made = await commands.run(*anna, typed="correct horse battery\n")
    assert made.output.splitlines()[-1] == "The user anna was made."
    assert made.output.splitlines()[1].split("\t")[:3] == [
        "anna",
        "anna",
        "viewer, counting:write, budget 5000/500",
    ]
    weak = await commands.run("users", "set-password", "anna", typed="short\n")
    assert (weak.exit_code, weak.output) == (1, "Error: A password must have 12 to 256 characters, of any kind.\n")
    assert (await commands.run("users", "set-password", "anna", typed="correct horse 2\n")).exit_code == 0
    assert (await commands.run("users", "set-password", "anna", typed="")).exit_code == 2
    assert (await commands.run("users", "disable", "anna")).exit_code == 0
    assert (await commands.run("users", "list")).output == "No active user.\n"
    assert (await commands.run("users", "enable", "anna")).exit_code == 0
    assert "anna" in (await commands.run("users", "list")).output
    night = await commands.run("roles", "create", "--name", "night", "--scope", "stock:read")
    assert night.output.splitlines()[1] == "night\tstock:read\t\tno"
    assert (await commands.run("roles", "list")).output.splitlines()[-1] == night.output.splitlines()[1]
    assert (await commands.run("roles", "revoke", "night")).exit_code == 0


async def test_what_cannot_be_done_is_said_in_a_sentence(shop: Any) -> None:
    """All reasons of a refusal, without a traceback."""
    commands, _ = shop
    refused = await commands.run("keys", "create", "--name", "x", "--role", "chief", "--location", "NOPE")
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: No role has the name 'chief'.\nNo location has the code 'NOPE'.\n",
    )
    assert "LAST_ADMIN" not in (last := await commands.run("keys", "revoke", "root")).output
    assert "no user would be left that may administer" in last.output
    wrong = await commands.run("keys", "list", key="sp_wrong")
    assert (wrong.exit_code, "UNAUTHENTICATED" in wrong.output) == (1, True)
    for options in (["--expires", "soon"], ["--scope", "stock:sell"]):
        assert (await commands.run("keys", "create", "--name", "x", *options)).exit_code == 2
