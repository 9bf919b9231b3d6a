"""`stockpulse keys`: API keys of a running server.

Rule: only click is imported here, so that `--help` stays quick.
"""

from typing import Any

import click

from app.cli.options.access import (
    Expiry,
    changes,
    connection_of,
    connection_options,
    grant_options,
    grant_update_options,
    granted,
    removal,
)
from app.cli.options.client import quiet_option, with_options
from app.cli.text import TEXT

_DAY = 86_400


@click.group()
def keys() -> None:
    """Make, list, update, rotate and revoke API keys."""


@keys.command()
@click.option("--name", type=TEXT, required=True, help="Name, for ever: lower-case letters, digits and signs.")
@grant_options
@click.option("--expires", type=Expiry(), help="When it expires: 12h, 90d, 8w, or a date. Without it, never.")
@click.option("--documents-only", is_flag=True, help="Let it run registered documents only.")
@click.option("--description", type=TEXT, help="A note for people.")
@connection_options
@quiet_option("Print the key only.")
def create(
    *,
    name: str,
    expires: str | None,
    documents_only: bool,
    description: str | None,
    quiet: bool,
    **options: Any,  # noqa: ANN401 - of the decorators
) -> None:
    """Make an API key, and print it: it is shown only now."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    given = {"name": name, "expiresAt": expires, "documentsOnly": documents_only, "description": description}
    request = requests.change("apiKeyCreate", "ApiKey", given | granted(options), shows_key=True)
    said = f"The API key {name} was made."
    raise SystemExit(main.make_secret(connection_of(options), request, name=name, said=said, is_quiet=quiet))


@keys.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that were revoked or have expired.")
@connection_options
def list_(*, is_all: bool, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """List API keys, without their secrets."""
    from app.client.access import main  # noqa: PLC0415 - see the rule above

    raise SystemExit(main.list_keys(connection_of(options), is_all=is_all))


@keys.command()
@click.argument("name", type=TEXT)
@grant_update_options
@click.option("--expires", type=Expiry(), help="When it expires: 12h, 90d, 8w, or a date.")
@removal("--no-expiry", "Let it never expire.")
@click.option("--documents-only/--all-documents", default=None, help="Let it run registered documents only, or any.")
@click.option("--description", type=TEXT, help="A note for people.")
@removal("--no-description", "Remove the note.")
@connection_options
def update(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorators
    """Update the API key NAME: what is given replaces what was there, everywhere within five seconds."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("apiKeyUpdate", "ApiKey", {"name": name, **changes(options)})
    raise SystemExit(main.change(connection_of(options), request, said=f"The API key {name} is updated."))


@keys.command()
@click.argument("name", type=TEXT)
@click.option(
    "--grace-seconds",
    type=click.IntRange(min=0),
    default=_DAY,
    show_default=True,
    help="Seconds for which the former secret may still be used; 0 where it was compromised.",
)
@with_options(connection_options, quiet_option("Print the key only."))
def rotate(*, name: str, grace_seconds: int, quiet: bool, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Give the API key NAME a new secret, and print it: it is shown only now."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("apiKeyRotate", "ApiKey", {"name": name, "graceSeconds": grace_seconds}, shows_key=True)
    said = f"The API key {name} has a new secret."
    raise SystemExit(main.make_secret(connection_of(options), request, name=name, said=said, is_quiet=quiet))


@keys.command()
@click.argument("name", type=TEXT)
@connection_options
def revoke(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Revoke the API key NAME, for good: everywhere within five seconds."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("apiKeyRevoke", "ApiKey", {"name": name})
    raise SystemExit(main.change(connection_of(options), request, said=f"The API key {name} is revoked."))
