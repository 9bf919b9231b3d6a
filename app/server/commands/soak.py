"""`stockpulse soak`: an installation of its own, or a server that is there, and the soak at it.

Rule: everything that was started has ended when the command ends, and the data of a good soak is removed.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from app.client.exits import CannotWork
from app.client.soak.faults.installation import NotMended
from app.client.soak.main import planned, soak
from app.client.soak.options import SoakOptions
from app.client.soak.parts import SoakPlace
from app.embedded import EmbeddedError
from app.embedded.data_dir import locked
from app.server.commands.soak_installation import ClusterInstallation, SmallInstallation


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakTarget:
    """What is soaked: the server at a URL, or an installation of so many processes."""

    url: str | None
    key: str | None
    processes: int
    is_cluster: bool


def run_soak(target: SoakTarget, options: SoakOptions) -> int:
    """Soak, and return the exit code. Raises CannotWork."""
    console = Console()

    def report(line: str) -> None:
        if not options.is_quiet:
            console.print(line, markup=False, highlight=False, soft_wrap=True)

    kind = ClusterInstallation if target.is_cluster else SmallInstallation
    faults = [] if target.url is not None else planned(kind.roles, options)
    try:
        options.report.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWork(f"The report cannot be written to {options.report}: {error.strerror}.") from error
    if target.url is not None:
        return soak(SoakPlace([target.url], target.key), options, faults, console)
    try:
        with _emptied(options.report / "data") as folder:
            with kind(folder, processes=target.processes, report=report) as own:
                code = soak(SoakPlace(own.urls, own.key, own), options, faults, console)
            if code == 0:
                shutil.rmtree(folder)
            return code
    except (EmbeddedError, NotMended) as error:
        raise CannotWork(str(error)) from error


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    """Yield a folder that holds nothing of an earlier soak. Raises EmbeddedError where another one runs there."""
    with locked(folder) as path:
        for each in path.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each.name != "lock":
                each.unlink()
        yield path / "installation"
