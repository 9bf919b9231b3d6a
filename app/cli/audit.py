"""`stockpulse audit`: lists, exports and verifies the audit of a running server.

Rule: only click is imported here, so that `--help` stays quick.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.options.client import (
    OUTPUT_FILE,
    key_option,
    patience_option,
    quiet_option,
    time_of,
    url_option,
    with_options,
)
from app.cli.text import TEXT

F = TypeVar("F", bound=Callable[..., Any])

KINDS = ("MUTATION", "REFUSAL", "SIGN_IN", "SIGN_IN_FAILED", "SIGN_OUT", "RETENTION", "LOSS")


@click.group()
def audit() -> None:
    """Ask who did what. It needs a key with the scope `admin`, not limited to locations or categories."""


def _server_options(function: F) -> F:
    return with_options(url_option(), key_option(), patience_option())(function)


def _filters(function: F) -> F:
    return with_options(
        click.option("--since", callback=time_of, help="Only entries of this time or later; without an offset, UTC."),
        click.option("--until", callback=time_of, help="Only entries before this time."),
        click.option("--kind", type=click.Choice(KINDS), help="Only entries of this kind."),
        click.option("--principal", type=TEXT, help="Only entries of this actor, such as key:till-7."),
        click.option("--acting-user", type=TEXT, help="Only entries of this acting user."),
        click.option("--operation", type=TEXT, help="Only entries of this operation or root field."),
        click.option("--code", type=TEXT, help="Only entries with this code among their results."),
        click.option("--request-id", type=TEXT, help="Only the entries of this request."),
        click.option("--address", type=TEXT, help="Only entries of this address of a client."),
    )(function)


def _where(filters: dict[str, str | None]) -> dict[str, str]:
    """Return the API's own filter."""
    words = {name: name.split("_") for name in filters}
    return {
        "".join([words[name][0], *(each.title() for each in words[name][1:])]): value
        for name, value in filters.items()
        if value is not None
    }


@audit.command("list")
@_filters
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The most entries to print.")
@_server_options
def list_(*, limit: int, url: str, key: str | None, patience: float, **filters: str | None) -> None:
    """Print entries, the newest first."""
    from app.client.audit import main  # noqa: PLC0415 - see the rule above

    options = main.AuditOptions(url=url, key=key, patience_seconds=patience)
    raise SystemExit(main.show(options, _where(filters), limit=limit))


@audit.command()
@_filters
@click.option(
    "-o", "--output", type=OUTPUT_FILE, help="The file, which is there when it is whole.  [default: standard output]"
)
@_server_options
@quiet_option("Show no progress.")
def export(
    *, output: Path | None, url: str, key: str | None, patience: float, quiet: bool, **filters: str | None
) -> None:
    """Write entries as lines of JSON, the newest first."""
    from app.client.audit import main  # noqa: PLC0415

    options = main.AuditOptions(url=url, key=key, patience_seconds=patience, is_quiet=quiet)
    raise SystemExit(main.export(options, _where(filters), output))


@audit.command()
@click.option(
    "--head", type=TEXT, metavar="NUMBER:HASH", help="A head that was printed before: it must be in the chain."
)
@_server_options
@quiet_option("Show no progress.")
def verify(*, head: str | None, url: str, key: str | None, patience: float, quiet: bool) -> None:
    """Walk along the chain, compute every hash anew, and print where it breaks.

    The last line is the head: keep it elsewhere, and give it with --head the next time. Only that shows whether the end
    of the chain was cut off, or all of it written anew.

    The exit code is 0 if the chain is whole, 1 if it breaks, 2 if it could not be read.
    """
    from app.client.audit import main  # noqa: PLC0415

    options = main.AuditOptions(url=url, key=key, patience_seconds=patience, is_quiet=quiet)
    raise SystemExit(main.verify(options, head))
