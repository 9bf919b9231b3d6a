"""`stockpulse reconcile`: from the settings to a verdict.

Rule: the standard output has discrepancies and the verdict, and nothing else; progress goes to the standard error.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import orjson
from rich.console import Console

from app.bootstrap.reconciliation import open_reconciliation
from app.client.exits import EXIT_INTERRUPTED, CannotWork
from app.client.http.progress_display import ProgressDisplay
from app.config import Settings
from app.domain.failures import ServiceError
from app.domain.reconciliation.discrepancy import Discrepancy
from app.domain.time import datetime_of
from app.embedded import EmbeddedError
from app.server.checks import preflight
from app.server.commands.database import patient_database_of
from app.services.reconciliation.level_checker import LevelChecker
from app.services.reconciliation.ports import BooksFilter
from app.services.reconciliation.reconciliation import Reconciled


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileOptions:
    """What the user asked for."""

    where: BooksFilter
    is_repair: bool
    is_json: bool
    is_quiet: bool


def reconcile(settings: Settings, options: ReconcileOptions) -> int:
    """Compare, report, and return the exit code: 0 where nothing is left that differs, else 1. Raises CannotWork."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    progress = ProgressDisplay(Console(stderr=True), is_quiet=options.is_quiet)
    display = _JsonLines(console, progress) if options.is_json else _Sentences(console, progress)
    try:
        with patient_database_of(settings) as complete:
            result = asyncio.run(_reconciled(complete, options, display))
    except (EmbeddedError, preflight.PreflightError, ServiceError) as error:
        raise CannotWork(str(error)) from error
    except KeyboardInterrupt:
        progress.say("Stopped by Ctrl-C.")
        return EXIT_INTERRUPTED
    if not result.compared[LevelChecker.title] and not options.where.is_whole:
        raise CannotWork("No level was ever recorded there: look at --sku and --location.")
    display.verdict(result)
    return 1 if result.left else 0


async def _reconciled(settings: Settings, options: ReconcileOptions, display: "_Display") -> Reconciled:
    async with open_reconciliation(settings) as reconciliation:
        return await reconciliation.run(options.where, is_repair=options.is_repair, display=display)


class _Display(ABC):
    """Shows progress, and what was found in the form that a subclass has."""

    def __init__(self, console: Console, progress: ProgressDisplay) -> None:
        self._console, self._progress = console, progress

    def phase(self, title: str, *, total: int) -> AbstractContextManager[Callable[[int], None]]:
        return self._progress.phase(title, total=total)

    @abstractmethod
    def found(self, discrepancy: Discrepancy, *, is_rebuilt: bool) -> None: ...

    @abstractmethod
    def verdict(self, result: Reconciled) -> None: ...


class _Sentences(_Display):
    """For people."""

    def found(self, discrepancy: Discrepancy, *, is_rebuilt: bool) -> None:
        values = f"expected {_shown(discrepancy.expected)}, found {_shown(discrepancy.found)}"
        mark = "; rebuilt" if is_rebuilt else ""
        self._console.print(f"{discrepancy.subject}: {discrepancy.field}: {values} [{discrepancy.kind.lower()}]{mark}")

    def verdict(self, result: Reconciled) -> None:
        compared = ", ".join(f"{count:,} {title}" for title, count in result.compared.items())
        since, until = (datetime_of(moment).isoformat(timespec="seconds") for moment in (result.since, result.until))
        self._console.print(f"Compared {compared}, as they were between {since} and {until}.")
        if not result.discrepancies:
            self._console.print("Everything agrees.")
            return
        kinds = ", ".join(f"{count:,} {kind.lower()}" for kind, count in sorted(result.discrepancies.items()))
        self._console.print(f"{result.discrepancies.total():,} differences ({kinds}); {result.rebuilt:,} were rebuilt.")


class _JsonLines(_Display):
    """For programs: a line for each difference, and one for the result at the end."""

    def found(self, discrepancy: Discrepancy, *, is_rebuilt: bool) -> None:
        level, document = discrepancy.level, discrepancy.document
        self._line(
            {
                "check": discrepancy.kind.value,
                "subject": discrepancy.subject,
                "sku": None if level is None else level.sku,
                "location": None if level is None else level.location,
                "document": None if document is None else document.id,
                "field": discrepancy.field,
                "expected": discrepancy.expected,
                "found": discrepancy.found,
                "isRebuilt": is_rebuilt,
            }
        )

    def verdict(self, result: Reconciled) -> None:
        self._line(
            {
                "agrees": not result.left,
                "since": datetime_of(result.since).isoformat(),
                "until": datetime_of(result.until).isoformat(),
                "compared": dict(result.compared),
                "differences": {kind.value: count for kind, count in result.discrepancies.items()},
                "rebuilt": result.rebuilt,
            }
        )

    def _line(self, content: dict[str, object]) -> None:
        self._console.print(orjson.dumps(content, default=str).decode())


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
