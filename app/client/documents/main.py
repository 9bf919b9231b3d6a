"""From files and a URL to registered documents."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click

from app.client.documents import requests
from app.client.documents.manifest import documents_of
from app.client.exits import EXIT_INTERRUPTED
from app.client.http.connection import Endpoint, WrongKey, WrongUrl
from app.client.http.pages import pages
from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient, ServerStatus

MAX_REQUEST_CHARACTERS = 400_000  # a body has at most a mebibyte, and JSON escapes a character by two or more
MAX_REQUEST_DOCUMENTS = 500
_FIRST_WORDS = 60  # characters of a text that a list shows


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsOptions:
    """Where the server is."""

    url: str
    key: str | None = field(default=None, repr=False)
    patience_seconds: float


def register(options: DocumentsOptions, files: Sequence[Path]) -> int:
    """Register the documents of files; return the exit code. Raises click.ClickException."""
    documents: dict[str, str] = {}
    for path in files:
        documents |= documents_of(path)
    return _run(options, partial(_register, documents=documents))


def show(options: DocumentsOptions) -> int:
    """Print what is registered; return the exit code. Raises click.ClickException."""
    return _run(options, _show)


def remove(options: DocumentsOptions, hashes: Sequence[str]) -> int:
    """Remove documents; return the exit code. Raises click.ClickException."""
    return _run(options, partial(_remove, hashes=[each.removeprefix("sha256:") for each in hashes]))


def _run(options: DocumentsOptions, work: Callable[[RetryingClient], Awaitable[int]]) -> int:
    async def connected() -> int:
        endpoint = Endpoint.parse(options.url, key=options.key)
        status = ServerStatus(patience_seconds=options.patience_seconds, say=partial(click.echo, err=True))
        with closing(RetryingClient(endpoint, status)) as client:
            return await work(client)

    try:
        return asyncio.run(connected())
    except (WrongUrl, WrongKey, CannotGoOn) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped by Ctrl-C. Run the same command again to go on.", err=True)
        return EXIT_INTERRUPTED


async def _register(client: RetryingClient, *, documents: Mapping[str, str]) -> int:
    registered = 0
    for part in _parts(documents):
        outcome = await _outcome(client, requests.register([text for _, text in part]))
        if outcome["userErrors"]:
            for error in outcome["userErrors"]:
                click.echo(f"{_place(error, part)}{error['message']}", err=True)
            click.echo(f"Registered: {registered} of {len(documents)}.")
            return 1
        for digest, _ in part:
            click.echo(f"sha256:{digest}")
        registered += len(part)
    click.echo(f"Registered: {registered} of {len(documents)}.")
    return 0


async def _show(client: RetryingClient) -> int:
    printed = 0
    async for page in pages(client, requests.listed):
        for node in page["nodes"]:
            words = " ".join(node["text"].split())
            shown = words if len(words) <= _FIRST_WORDS else f"{words[:_FIRST_WORDS]}…"
            click.echo(f"sha256:{node['hash']}  {node['registeredAt'][:19]}Z  {node['registeredBy']}  {shown}")
            printed += 1
    if not printed:
        click.echo("No document is registered.", err=True)
    return 0


async def _remove(client: RetryingClient, *, hashes: Sequence[str]) -> int:
    outcome = await _outcome(client, requests.remove(hashes))
    for error in outcome["userErrors"]:
        click.echo(error["message"], err=True)
    if outcome["userErrors"]:
        return 1
    removed = {document["hash"] for document in outcome["documents"]}
    for each in dict.fromkeys(hashes):
        click.echo(f"sha256:{each}  {'removed' if each in removed else 'was not registered'}")
    return 0


async def _outcome(client: RetryingClient, request: Request) -> dict[str, Any]:
    outcome: dict[str, Any] = (await client.ask(request))["outcome"]
    return outcome


def _parts(documents: Mapping[str, str]) -> Iterator[list[tuple[str, str]]]:
    """Yield the documents in parts, each of which one request takes."""
    part: list[tuple[str, str]] = []
    characters = 0
    for digest, text in documents.items():
        if part and (len(part) >= MAX_REQUEST_DOCUMENTS or characters + len(text) > MAX_REQUEST_CHARACTERS):
            yield part
            part, characters = [], 0
        part.append((digest, text))
        characters += len(text)
    if part:
        yield part


def _place(error: Mapping[str, Any], part: Sequence[tuple[str, str]]) -> str:
    path = error["field"] or []
    return f"sha256:{part[int(path[1])][0]}: " if len(path) > 1 and path[1].isdigit() else ""
