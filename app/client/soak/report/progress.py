"""What the user sees while it runs: one line that is renewed on a terminal, a line a minute elsewhere."""

import asyncio
from contextlib import nullcontext

from rich.console import Console
from rich.status import Status

from app.client.soak.proofs.health import MIB
from app.client.soak.run import Soak
from app.client.soak.timeline import STEP_SECONDS

RENEWED_SECONDS, SAID_SECONDS = 1.0, 60.0


async def show_progress(soak: Soak, console: Console, *, is_quiet: bool) -> None:
    """Show how it is until it is cancelled."""
    is_renewed = console.is_terminal and not is_quiet
    with console.status("Starting") if is_renewed else nullcontext() as status:
        while True:
            await asyncio.sleep(RENEWED_SECONDS if is_renewed else SAID_SECONDS)
            if isinstance(status, Status):
                status.update(progress_line(soak))
            elif not is_quiet:
                console.print(progress_line(soak), markup=False, highlight=False, soft_wrap=True)


def progress_line(soak: Soak) -> str:
    """Return how it is in a line."""
    points = soak.timeline.points()
    step = points[-2] if len(points) > 1 else points[-1]
    left = max(0.0, soak.options.seconds - soak.timeline.now) / 60
    durations = [f"{what.value} p99 {longest:,.0f} ms" for what, (_, longest) in step.milliseconds.items()]
    memory = [f"{part} {used / MIB:.0f} MiB" for part, used in step.memory.items() if part.startswith(("api", "mongo"))]
    injector = None if soak.parts is None else soak.parts.injector
    violations = soak.findings.violations.total()
    return " · ".join(
        [
            f"{soak.timeline.now / 60:.1f} min",
            f"{step.operations / STEP_SECONDS:.0f} operations/s",
            *durations,
            *memory,
            f"{0 if injector is None else len(injector.records)} faults",
            f"{violations} violations" if violations else "no violation",
            f"{left:.0f} min left",
        ]
    )
