"""Nothing goes on for good without being begun again when it ends: app.services.supervision is the one way to do so.

Rule: a task is begun elsewhere only where it has an end of its own, which somebody waits for.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
BEGINS = {"create_task", "ensure_future", "TaskGroup", "run_coroutine_threadsafe"}

# What is begun there, and why it ends.
WITH_AN_END = {
    "app/client/http/client_pool.py",  # partners of a run, until its work is done
    "app/services/single_flight_cache.py",  # one answer, which is waited for
    "app/services/webhooks/attempts.py",  # the messages of one round
    "app/services/webhooks/webhook_worker.py",  # the next step of the ledger, which the courier waits for
    "app/web/graphql/transport/connection.py",  # one operation of a client
}


def beginnings() -> Iterator[str]:
    """Yield each module that begins a task, once per call."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BEGINS:
                yield path.relative_to(APP.parent).as_posix()


def backgrounds() -> set[str]:
    """Return the classes that go on in the background."""
    classes = (node for path in APP.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {
        node.name
        for node in classes
        if isinstance(node, ast.ClassDef) and "Background" in [ast.unparse(base) for base in node.bases]
    }


def test_what_is_begun_in_the_background_is_watched() -> None:
    """By Foundation.begin, or by the foundation itself: else /readyz would not name it."""
    of_the_foundation = {"DatabaseClock", "SharedTail", "Hub"}
    entered = {
        ast.unparse(node.args[0].func)
        for path in (APP / "bootstrap").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("enter_async_context")
        if isinstance(node.args[0], ast.Call)
    }
    assert entered & backgrounds() == of_the_foundation


def test_what_goes_on_for_good_is_supervised() -> None:
    """A loop with a task of its own could end, and nobody would notice."""
    assert set(beginnings()) == {*WITH_AN_END, "app/services/supervision.py"}
