"""From a URL to a list, or to a change that was made."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import click
from rich.console import Console

from app.client.access import requests
from app.client.access.tables import ROWS, Row, key_row, role_row, show, user_row
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.pages import pages
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus

LOST = (
    "It was done, but the answer that showed the key was lost. Get another: stockpulse keys rotate {name} "
    "--grace-seconds 0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """The server, and who asks."""

    url: str
    key: str | None = field(default=None, repr=False)
    patience_seconds: float


def list_keys(connection: Connection, *, is_all: bool) -> int:
    """Print the keys; return the exit code. Raises click.ClickException, as all of these do."""
    rows = _run(
        connection, lambda client: _rows(client, lambda after: requests.keys(after, is_active=_active(is_all)), key_row)
    )
    return _listed(rows, "No API key." if is_all else "No active API key.")


def list_users(connection: Connection, *, is_all: bool) -> int:
    """Print the users; return the exit code."""
    rows = _run(
        connection,
        lambda client: _rows(client, lambda after: requests.users(after, is_active=_active(is_all)), user_row),
    )
    return _listed(rows, "No user." if is_all else "No active user.")


def list_roles(connection: Connection) -> int:
    """Print the roles; return the exit code."""
    return _listed(_run(connection, lambda client: _rows(client, requests.roles, role_row)), "No role.")


def change(connection: Connection, request: Request, *, said: str) -> int:
    """Make a change, print the record as it is now and what was done; return the exit code."""
    payload = _run(connection, lambda client: _changed(client, request))
    console = Console()
    show(console, _records(payload))
    _say(console, said)
    return 0


def make_secret(connection: Connection, request: Request, *, name: str, said: str, is_quiet: bool) -> int:
    """Make a change that makes a secret, and print the key on a line of its own; return the exit code."""
    payload = _run(connection, lambda client: _changed(client, request))
    if payload["key"] is None:
        raise click.ClickException(LOST.format(name=name))
    console = Console()
    try:
        if not is_quiet:
            show(console, _records(payload))
            _say(console, f"{said} It is shown only now:")
        _say(console, payload["key"])
    except (OSError, SystemExit) as error:  # a full disk, a reader that has gone: rich ends the process itself
        raise click.ClickException(LOST.format(name=name)) from error
    return 0


def _active(is_all: bool) -> bool | None:
    return None if is_all else True


def _listed(rows: Sequence[Row], nothing: str) -> int:
    console = Console()
    show(console, rows)
    if not rows:
        _say(console, nothing)
    return 0


def _records(payload: dict[str, Any]) -> list[Row]:
    return [ROWS[name](payload[name]) for name in ROWS if payload.get(name)]


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _run(connection: Connection, work: Callable[[RetryingClient], Awaitable[Any]]) -> Any:  # noqa: ANN401 - what the work returns
    try:
        return asyncio.run(_within(connection, work))
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise click.ClickException(str(error)) from error


async def _within(connection: Connection, work: Callable[[RetryingClient], Awaitable[Any]]) -> Any:  # noqa: ANN401
    endpoint = Endpoint.parse(connection.url, key=connection.key)
    status = ServerStatus(patience_seconds=connection.patience_seconds, say=lambda text: click.echo(text, err=True))
    with closing(RetryingClient(endpoint, status)) as client:
        return await work(client)


async def _rows(
    client: RetryingClient, request: Callable[[str | None], Request], row_of: Callable[[Any], Row]
) -> list[Row]:
    return [row_of(node) async for page in pages(client, request) for node in page["nodes"]]


async def _changed(client: RetryingClient, request: Request) -> dict[str, Any]:
    payload: dict[str, Any] = (await client.ask(request))["outcome"]
    if payload["userErrors"]:
        raise CannotGoOn("\n".join(error["message"] for error in payload["userErrors"]))
    return payload
