"""Nothing goes on for good without being begun again when it ends: app.services.background.supervision does so alone.

Rule: a task is begun elsewhere only where it has an end of its own, which somebody waits for.
"""

import ast
from collections.abc import Iterator
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from typing import get_type_hints
from unittest.mock import Mock

from app.bootstrap.workers import Workers
from app.services.background.background import Background

APP = Path(__file__).parents[2] / "app"
BEGINS = {"create_task", "ensure_future", "TaskGroup", "run_coroutine_threadsafe", "start_apart"}

# What is begun there, and why it ends.
WITH_AN_END = {
    "app/bootstrap/observation/backlog.py",  # one count of what waits, which a scrape waits for
    "app/client/http/client_pool.py",  # partners of a run, until its work is done
    "app/client/live_bench/changes.py",  # one change of a run
    "app/client/live_bench/main.py",  # one step of a run, which is waited for
    "app/client/live_bench/process.py",  # what a process of a run shows, until it ends
    "app/client/live_bench/process_pool.py",  # what such a process says, until it ends
    "app/client/soak/load/pacer.py",  # one thing of a run, which its end waits for
    "app/client/soak/main.py",  # the progress of a run, until the run ends
    "app/client/soak/run.py",  # the parts of a run: the end of one ends all
    "app/client/soak/watch/audience.py",  # followers of a run, likewise
    "app/client/soak/watch/receiver.py",  # one connection
    "app/embedded/cluster/balancer.py",  # the parts of a process: the end of one ends all
    "app/security/tokens.py",  # one fetch of a key set, in three seconds
    "app/server/process/stoppable_run.py",  # what the main thread runs to its end
    "app/services/access/credentials/authentication.py",  # one renewal of a credential, in four seconds
    "app/services/access/credentials/bearer_keys.py",  # one write of uses, which the close waits for
    "app/services/access/credentials/sessions.py",  # the same
    "app/services/access/credentials/verification_queue.py",  # what waits to be verified, each batch in four seconds
    "app/services/live/ledger/catch_up_reads.py",  # reads, which those who asked wait for
    "app/services/live/in_turn.py",  # the look-ups of what waits; a failure ends the stream
    "app/services/live/levels/next_read.py",  # one read, which is waited for
    "app/services/live/figures/recomputed.py",  # the reads of a figure, until all have left it; a failure is raised
    "app/services/live/levels/throttled.py",  # what was gathered, judged again before it is sent
    "app/services/concurrency/single_flight_cache.py",  # one answer, which is waited for
    "app/services/webhooks/attempts.py",  # the messages of one round
    "app/services/webhooks/webhook_worker.py",  # the next step of the ledger, which the worker waits for
    "app/store/backup/dump.py",  # the next batch of documents, which is waited for
    "app/store/backup/load.py",  # the inserts of a collection, which are waited for
    "app/store/shared_reads.py",  # one read, which is waited for
    "app/store/migrations/indexes.py",  # the building of indexes, which the start waits for
    "app/telemetry/exposition.py",  # one rendering, which those who asked wait for
    "app/telemetry/sampling.py",  # the looks of a process, as long as it serves: what a look raises is caught
    "app/telemetry/work.py",  # what others begin by it, and are named here for
    "app/web/graphql/shared/group.py",  # the rendering of some events
    "app/web/graphql/shared/member.py",  # the opening of one subscriber, or a result that it waits for
    "app/web/graphql/shared/rendering.py",  # the rendering of one event
    "app/web/graphql/transport/http/event_stream.py",  # one comment
    "app/web/graphql/transport/http/streams.py",  # the watch over a client, which ends with its stream; the end of one
    "app/web/graphql/transport/websocket/connection.py",  # one operation of a client
}


def beginnings() -> Iterator[str]:
    """Yield each module that begins a task, once per call."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BEGINS:
                yield path.relative_to(APP.parent).as_posix()


def workers() -> set[type[Background]]:
    """Return the classes of app.services that are named workers and run in the background."""
    for path in (APP / "services").rglob("*_worker.py"):
        import_module(".".join(path.relative_to(APP.parent).with_suffix("").parts))
    found, left = set[type[Background]](), [Background]
    while left:
        subclasses = left.pop().__subclasses__()
        left += subclasses
        found.update(each for each in subclasses if each.__name__.endswith("Worker") and not isabstract(each))
    return {each for each in found if each.__module__.startswith("app.services.")}


def test_every_worker_is_registered() -> None:
    """In the one list of the bootstrap, with its listener if commits wake it: so it runs, and /readyz names it."""
    classes = get_type_hints(Workers)
    assert set(classes.values()) == workers()
    one_of_each = Workers(**{name: Mock(spec=kind) for name, kind in classes.items()})
    registered = one_of_each.registered
    assert [each.worker for each in registered] == [getattr(one_of_each, name) for name in classes]
    for each in registered:
        listener = getattr(each.worker, "committed", None)
        assert (each.on_committed, each.commits is None) == (listener, listener is None), each


def test_what_goes_on_for_good_is_supervised() -> None:
    """A loop with a task of its own could end, and nobody would notice."""
    assert set(beginnings()) == {*WITH_AN_END, "app/services/background/supervision.py"}
