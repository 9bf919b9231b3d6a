"""`stockpulse roles`: named sets of scopes of a running server.

Rule: only click is imported here, so that `--help` stays quick.
"""

from typing import Any

import click

from app.cli.options.access import SCOPES, connection_of, connection_options
from app.cli.text import TEXT


@click.group()
def roles() -> None:
    """Make, list and delete roles."""


@roles.command()
@click.option("--name", type=TEXT, required=True, help="Name, for ever: lower-case letters, digits and signs.")
@click.option(
    "--scope",
    "scopes",
    type=SCOPES,
    metavar="SCOPE",
    multiple=True,
    required=True,
    help="Scope, such as stock:write; may be repeated.",
)
@click.option("--description", type=TEXT, help="A note for people.")
@connection_options
def create(*, name: str, scopes: tuple[str, ...], description: str | None, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Make a role, or give one these scopes: they take effect for all who have it within five seconds."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above
    from app.client.access.tables import scope_value  # noqa: PLC0415

    given = {"name": name, "scopes": [scope_value(scope) for scope in scopes]}
    if description is not None:
        given["description"] = description
    request = requests.change("roleUpsert", "Role", given)
    raise SystemExit(main.change(connection_of(options), request, said=f"The role {name} has these scopes."))


@roles.command("list")
@connection_options
def list_(**options: Any) -> None:  # noqa: ANN401 - of the decorator
    """List roles, those built in among them."""
    from app.client.access import main  # noqa: PLC0415 - see the rule above

    raise SystemExit(main.list_roles(connection_of(options)))


@roles.command()
@click.argument("name", type=TEXT)
@connection_options
def revoke(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Delete the role NAME, which no API key and no user may have any more."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("roleDelete", "Role", {"name": name})
    raise SystemExit(main.change(connection_of(options), request, said=f"The role {name} is deleted."))
