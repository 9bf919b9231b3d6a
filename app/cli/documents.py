"""`stockpulse documents`: which documents clients may run by their hash.

Rule: only click is imported here, so that `--help` stays quick.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.options.client import key_option, patience_option, url_option, with_options
from app.cli.text import TEXT

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def documents() -> None:
    """Register, list and remove trusted documents."""


def _server_options(function: F) -> F:
    return with_options(url_option(), key_option(), patience_option())(function)


@documents.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_server_options
def register(*, files: tuple[Path, ...], url: str, key: str | None, patience: float) -> None:
    """Register the documents of FILES, and print their ids.

    A .json file is a manifest: documents by SHA-256, as the compilers of Relay and GraphQL Code Generator write it, or
    Apollo's manifest. Any other file is one document. What is registered already stays as it is.
    """
    from app.client.documents import main  # noqa: PLC0415 - see the rule above

    options = main.DocumentsOptions(url=url, key=key, patience_seconds=patience)
    raise SystemExit(main.register(options, files))


@documents.command("list")
@_server_options
def list_(*, url: str, key: str | None, patience: float) -> None:
    """Print the documents that are registered: id, when, by whom, and how they begin."""
    from app.client.documents import main  # noqa: PLC0415

    raise SystemExit(main.show(main.DocumentsOptions(url=url, key=key, patience_seconds=patience)))


@documents.command()
@click.argument("ids", nargs=-1, required=True, type=TEXT)
@_server_options
def remove(*, ids: tuple[str, ...], url: str, key: str | None, patience: float) -> None:
    """Remove the documents with these IDS; requests that name them are refused within 5 s."""
    from app.client.documents import main  # noqa: PLC0415

    options = main.DocumentsOptions(url=url, key=key, patience_seconds=patience)
    raise SystemExit(main.remove(options, ids))
