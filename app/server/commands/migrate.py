"""`stockpulse migrate`: from the settings to a database that is up to date, or to what that would take.

Rule: the standard output has the plan or the result, and nothing else; progress goes to the standard error.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from rich.console import Console

from app.bootstrap import migrate as run_migrations
from app.bootstrap import plan_upgrade
from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.http.progress_display import ProgressDisplay
from app.config import Settings
from app.domain.failures import ServiceError
from app.embedded import EmbeddedError
from app.security.secret_key import SecretKeyError
from app.server.checks import preflight
from app.server.commands.database import database_of
from app.store.database.format import FORMAT
from app.store.database.release import RELEASE, VERSION, described
from app.store.database.upgrade import PlannedMigration, UpgradePlan

EXIT_PENDING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrateOptions:
    """What the user asked for."""

    is_plan: bool
    is_json: bool
    is_quiet: bool


def migrate(settings: Settings, options: MigrateOptions) -> int:
    """Do it or plan it, and return the exit code. Raises CannotWork."""
    progress = ProgressDisplay(Console(stderr=True), is_quiet=options.is_quiet)
    try:
        with database_of(settings) as complete:
            if options.is_plan:
                return _planned(asyncio.run(plan_upgrade(complete)), is_json=options.is_json)
            asyncio.run(run_migrations(complete, report=progress.say))
    except (EmbeddedError, preflight.PreflightError, SecretKeyError, ServiceError) as error:
        raise CannotWork(_as_sentence(error)) from error
    except KeyboardInterrupt:
        progress.say("Stopped by Ctrl-C; the next run goes on where this one stood.")
        return EXIT_INTERRUPTED
    result = {"isUpToDate": True, "version": VERSION, "release": RELEASE, "format": FORMAT}
    _print(_json(result) if options.is_json else f"The database is up to date with {described(RELEASE, VERSION)}.")
    return 0


def _planned(plan: UpgradePlan, *, is_json: bool) -> int:
    """Print a plan, and return the exit code: 1 where there is something to do."""
    has_changes = plan.changes is not None and bool(plan.changes.sentences)
    for line in _json_lines(plan) if is_json else _sentences(plan, has_changes=has_changes):
        _print(line)
    return EXIT_PENDING if has_changes or plan.migrations else 0


def _sentences(plan: UpgradePlan, *, has_changes: bool) -> Iterator[str]:
    if plan.changes is None:
        yield f"Release {plan.newest_release} has prepared the database, which is newer: nothing is to be done."
    elif not has_changes and not plan.migrations:
        yield f"The database is up to date with {described(RELEASE, VERSION)}."
    for sentence in plan.changes.sentences if plan.changes else ():
        yield f"0 collections: {sentence}"
    for each in plan.migrations:
        migration = each.pending.migration
        again = ", again, because an older release has run since" if each.pending.is_again else ""
        yield f"{migration.number} {migration.name}: {migration.changes}: {_amount(each)}{again}"
    if plan.changes and plan.changes.raises_format:
        yield "From the change of the format on, processes of older releases can record nothing."
    elif has_changes or plan.migrations:
        yield "Processes of the release before may go on serving meanwhile."
    for process in plan.processes:
        yield f"Running now: {process}"


def _amount(planned: PlannedMigration) -> str:
    if planned.remaining is None:
        return "as many documents as the new index will find"
    return f"{planned.remaining:,} {planned.pending.migration.unit}, {_time(planned.seconds or 0)}"


def _time(seconds: float) -> str:
    if seconds < 1:
        return "below a second"
    return f"about {seconds:,.0f} s" if seconds < 120 else f"about {seconds / 60:,.0f} min"  # noqa: PLR2004 - two minutes


def _json_lines(plan: UpgradePlan) -> Iterator[str]:
    for sentence in plan.changes.sentences if plan.changes else ():
        yield _json({"number": 0, "name": "collections", "changes": sentence})
    for each in plan.migrations:
        migration = each.pending.migration
        yield _json(
            {
                "number": migration.number,
                "name": migration.name,
                "version": migration.version,
                "changes": migration.changes,
                "isBegun": each.pending.record.read > 0,
                "isAgain": each.pending.is_again,
                "remaining": each.remaining,
                "unit": migration.unit,
                "seconds": None if each.seconds is None else round(each.seconds, 1),
                "runsBesideOlder": migration.runs_beside_older,
            }
        )
    has_work = bool(plan.migrations) or (plan.changes is not None and bool(plan.changes.sentences))
    yield _json(
        {
            "isUpToDate": not has_work,
            "version": VERSION,
            "release": RELEASE,
            "newestRelease": plan.newest_release,
            "format": FORMAT,
            "raisesFormat": plan.changes is not None and plan.changes.raises_format,
            "running": [
                {"release": each.release, "version": each.version, "host": each.host, "pid": each.pid}
                for each in plan.processes
            ],
        }
    )


def _json(content: dict[str, object]) -> str:
    return orjson.dumps(content).decode()


def _print(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)


def _as_sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
