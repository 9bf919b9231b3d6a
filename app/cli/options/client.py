"""Options that the client commands share: the server, the key for it, patience, and what is printed and written.

Rule: only click is imported here, so that `--help` stays quick.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.options.numbers import Number
from app.cli.text import TEXT

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_URL = "http://127.0.0.1:8000/graphql"
PATIENCE_SECONDS = 60
KEY_VARIABLE = "STOCKPULSE_KEY"


class OutputFile(click.Path):
    """A file to be written: one that may be, or a new one in a directory that takes it."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click has it
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"{path.parent} is no directory.", param, ctx)
        if not path.exists() and not os.access(path.absolute().parent, os.W_OK):
            self.fail(f"{path.parent} takes no new file.", param, ctx)
        return path


OUTPUT_FILE = OutputFile()


def with_options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Return a decorator that adds the options, which `--help` lists in this order."""

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def url_option(text: str = "GraphQL endpoint.") -> Callable[[F], F]:
    """Return the option `--url`."""
    return click.option("--url", type=TEXT, default=DEFAULT_URL, show_default=True, help=text)


def key_option() -> Callable[[F], F]:
    """Return the option `--key`, which may come from the environment instead."""
    return click.option(
        "--key",
        envvar=KEY_VARIABLE,
        metavar="KEY",
        help="API key, sp_… . Other users of the machine can read options: in scripts prefer the variable. "
        f"[{KEY_VARIABLE}]",
    )


def patience_option(awaited: str = "a server that is away") -> Callable[[F], F]:
    """Return the option `--patience`."""
    return click.option(
        "--patience",
        type=Number(min=0),
        default=PATIENCE_SECONDS,
        show_default=True,
        help=f"Seconds to wait for {awaited} before giving up.",
    )


def report_option(text: str) -> Callable[[F], F]:
    """Return the option `--report`, a JSON file."""
    return click.option("--report", type=OUTPUT_FILE, help=text)


def quiet_option(text: str) -> Callable[[F], F]:
    """Return the option `--quiet`."""
    return click.option("--quiet", is_flag=True, help=text)


def levels_options(function: F) -> F:
    """Add `--location` and `--sku`, which choose levels."""
    return with_options(
        click.option(
            "--location", "locations", type=TEXT, multiple=True, help="Only levels at this location; may be repeated."
        ),
        click.option("--sku", "skus", type=TEXT, multiple=True, help="Only levels of this item; may be repeated."),
    )(function)


def time_of(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Return a time as the API takes it; one without an offset is in UTC."""
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):  # no time, or one that is none in UTC
        raise click.BadParameter("give a time as in 2026-11-23T09:30:00Z.", context, parameter) from None
