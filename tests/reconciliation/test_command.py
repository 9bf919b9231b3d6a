"""`stockpulse reconcile` as an operator runs it: what it prints, and its exit codes."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sysconfig
from pathlib import Path

from click.testing import CliRunner, Result

from app.cli.main import main
from app.store.driver.client import Database
from tests.reconciliation.books import given_books
from tests.support.scene import given_level
from tests.support.store import mongo_store

TEA_ID = {"_id": "MAIN/TEA-1"}


async def run(mongo_url: str, database: Database, *options: str, **variables: str) -> Result:
    """Run the command in a thread, which has no loop yet."""
    environment = {"STOCKPULSE_MONGO_URL": mongo_url, "STOCKPULSE_MONGO_DATABASE": database.name, **variables}
    return await asyncio.to_thread(CliRunner().invoke, main, ["reconcile", *options], env=environment)


async def test_books_that_agree_and_books_that_do_not(database: Database, mongo_url: str) -> None:
    """Sentences for people and lines of JSON for programs; exit code 1 where something is left."""
    store = mongo_store(database)
    await given_books(store)
    await store.close()

    good = await run(mongo_url, database)
    assert good.exit_code == 0
    compared, verdict = good.stdout.splitlines()
    assert compared.startswith("Compared 3 levels, 16 ledger lines, 5 open documents, 0 levels in kept totals, ")
    assert verdict == "Everything agrees."
    assert "Checking levels: 3 in " in good.stderr

    await database["levels"].update_one(TEA_ID, {"$set": {"status": "OUT", "backorder_limit": 2}})
    bad = await run(mongo_url, database, "--sku", "TEA-1", "--quiet")
    assert (bad.exit_code, bad.stderr) == (1, "")
    assert bad.stdout.splitlines()[:2] == [
        "TEA-1 at MAIN: backorder_limit: expected 0, found 2 [ledger]",
        "TEA-1 at MAIN: status: expected LOW, found OUT [derived]",
    ]
    assert bad.stdout.splitlines()[-1] == "2 differences (1 derived, 1 ledger); 0 were rebuilt."
    elsewhere = await run(mongo_url, database, "--location", "NORTH")
    assert elsewhere.exit_code == 0

    half = await run(mongo_url, database, "--repair", "--json")
    first, second, result = map(json.loads, half.stdout.splitlines())
    assert half.exit_code == 1
    assert (first["field"], first["isRebuilt"]) == ("backorder_limit", False)
    assert second == {
        "check": "DERIVED",
        "subject": "TEA-1 at MAIN",
        "sku": "TEA-1",
        "location": "MAIN",
        "document": None,
        "field": "status",
        "expected": "LOW",
        "found": "OUT",
        "isRebuilt": True,
    }
    assert (result["agrees"], result["differences"], result["rebuilt"]) == (False, {"LEDGER": 1, "DERIVED": 1}, 1)


async def test_what_cannot_be_compared(database: Database, mongo_url: str, tmp_path: Path) -> None:
    """An item that was never stocked, a database that is not there, an embedded one that never was, a wrong option."""
    nothing = await run(mongo_url, database, "--sku", "TAE-1")
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert "No level was ever recorded there" in nothing.stderr
    away = await run("mongodb://127.0.0.1:1/?replicaSet=none", database, STOCKPULSE_MONGO_TIMEOUT_SECONDS="0.2")
    assert (away.exit_code, away.stdout) == (2, "")
    assert "Error: " in away.stderr
    other = await run(mongo_url, database, STOCKPULSE_MONGO_DATABASE="no_shop")
    assert (other.exit_code, other.stdout) == (2, "")
    assert "this version has never prepared no_shop" in other.stderr
    never = await run("", database, "--data-dir", str(tmp_path / "none"))
    assert (never.exit_code, never.stdout) == (2, "")
    assert "no database was ever started there" in never.stderr
    assert not (tmp_path / "none").exists()
    assert (await run(mongo_url, database, "--all")).exit_code == 2


async def test_the_embedded_database_of_a_running_server_is_read(
    database: Database, mongo_url: str, servers_dir: Path
) -> None:
    """The lock of its data directory tells that a server runs: its mongod is used, and goes on."""
    store = mongo_store(database)
    await given_level(store, on_hand=3)
    await store.close()
    beside = await run("", database, "--data-dir", str(servers_dir / "mongo"))
    assert (beside.exit_code, beside.stdout.splitlines()[-1]) == (0, "Everything agrees.")
    assert await database["levels"].count_documents({}) == 1


def test_ctrl_c_ends_it_quietly() -> None:
    """With 130, one sentence and no traceback, while it waits for a database that does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        variables = {
            "STOCKPULSE_MONGO_URL": f"mongodb://127.0.0.1:{silent.getsockname()[1]}",
            "STOCKPULSE_MONGO_TIMEOUT_SECONDS": "60",
        }
        process = subprocess.Popen(  # noqa: S603 - our own command
            [Path(sysconfig.get_path("scripts"), "stockpulse"), "reconcile"],
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.accept()
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=30)
    assert (process.returncode, *output) == (130, "", "Stopped by Ctrl-C.\n")
