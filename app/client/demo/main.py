"""From a URL to a shop at work.

Rule: however it ends, what was done until then is reported.
"""

import asyncio

import click
from rich.console import Console

from app.client.demo.options import DemoOptions
from app.client.demo.run import DAY_SECONDS, DemoTally, check, play
from app.client.exits import EXIT_INTERRUPTED
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.progress_display import ProgressDisplay
from app.client.http.retrying_client import CannotGoOn, ServerStatus


def main(options: DemoOptions) -> int:
    """Play until the duration is over or Ctrl-C; return the exit code.

    Raises click.ClickException for what the user can put right.
    """
    console = Console()
    display = ProgressDisplay(console, is_quiet=options.is_quiet)
    server_status = ServerStatus(patience_seconds=options.patience_seconds, say=display.say)
    tally, is_interrupted = DemoTally(), False
    try:
        endpoint = Endpoint.parse(options.url, key=options.key)
        asyncio.run(check(endpoint, server_status=server_status))
        display.say(f"Playing at {options.url}: a trading day takes {DAY_SECONDS / options.speed:g} s. Ctrl-C ends it.")
        asyncio.run(
            play(
                endpoint,
                speed=options.speed,
                seed=options.seed,
                duration_seconds=options.duration_seconds,
                server_status=server_status,
                tally=tally,
                say=display.say,
            )
        )
    except KeyboardInterrupt:
        is_interrupted = True
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        if tally.done:
            _summarise(tally, console)
        raise click.ClickException(str(error)) from error
    _summarise(tally, console)
    return EXIT_INTERRUPTED if is_interrupted else 0


def _summarise(tally: DemoTally, console: Console) -> None:
    done = ", ".join(f"{kind} {number:,}" for kind, number in tally.done.most_common())
    rate = tally.changes / tally.seconds if tally.seconds else 0.0
    console.print(
        f"Played until {tally.reached}, in {tally.seconds:.0f} s: {tally.changes:,} levels changed, "
        f"{rate:.1f} a second.\n"
        f"{done or 'Nothing was done.'}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    if tally.refused:
        refused = ", ".join(f"{code} {number:,}" for code, number in tally.refused.most_common())
        console.print(f"Refused: {refused}.", markup=False, highlight=False, soft_wrap=True)
