"""`stockpulse users`: people who sign in to a running server.

Rule: only click is imported here, so that `--help` stays quick. A password is typed or read, and never an option, which
other users of the machine could read.
"""

import sys
from typing import Any

import click

from app.cli.options.access import (
    changes,
    connection_of,
    connection_options,
    grant_options,
    grant_update_options,
    granted,
)
from app.cli.options.text_file import standard_input_line
from app.cli.text import TEXT
from app.client.exits import EXIT_INTERRUPTED


@click.group()
def users() -> None:
    """Make, list, update, disable and enable users, and set their passwords."""


@users.command()
@click.option("--name", type=TEXT, required=True, help="Name to sign in with, for ever, such as anna.")
@click.option("--display-name", type=TEXT, help="Name by which people know them; default: the name.")
@click.option("--no-password", is_flag=True, help="Let them sign in through an identity provider only.")
@grant_options
@connection_options
def create(*, name: str, display_name: str | None, no_password: bool, **options: Any) -> None:  # noqa: ANN401 - of the decorators
    """Make a user. The password is asked for, or read from standard input: a line."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    given = {"name": name, "displayName": display_name or name, "password": None if no_password else _password()}
    request = requests.change("userCreate", "User", given | granted(options))
    raise SystemExit(main.change(connection_of(options), request, said=f"The user {name} was made."))


@users.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that are disabled.")
@connection_options
def list_(*, is_all: bool, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """List users."""
    from app.client.access import main  # noqa: PLC0415 - see the rule above

    raise SystemExit(main.list_users(connection_of(options), is_all=is_all))


@users.command()
@click.argument("name", type=TEXT)
@click.option("--display-name", type=TEXT, help="Name by which people know them.")
@grant_update_options
@connection_options
def update(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorators
    """Update the user NAME: what is given replaces what was there, everywhere within five seconds."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("userUpdate", "User", {"name": name, **changes(options)})
    raise SystemExit(main.change(connection_of(options), request, said=f"The user {name} is updated."))


@users.command()
@click.argument("name", type=TEXT)
@connection_options
def disable(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Disable the user NAME, and end their sessions: everywhere within five seconds."""
    _disable(name, is_disabled=True, said=f"The user {name} is disabled.", options=options)


@users.command()
@click.argument("name", type=TEXT)
@connection_options
def enable(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Enable the user NAME again."""
    _disable(name, is_disabled=False, said=f"The user {name} may sign in.", options=options)


@users.command("set-password")
@click.argument("name", type=TEXT)
@connection_options
def set_password(*, name: str, **options: Any) -> None:  # noqa: ANN401 - of the decorator
    """Give the user NAME a new password, which is asked for or read from standard input, and end their sessions."""
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("userSetPassword", "User", {"name": name, "password": _password()})
    raise SystemExit(main.change(connection_of(options), request, said=f"The user {name} has a new password."))


def _disable(name: str, *, is_disabled: bool, said: str, options: dict[str, Any]) -> None:
    from app.client.access import main, requests  # noqa: PLC0415 - see the rule above

    request = requests.change("userDisable", "User", {"name": name, "isDisabled": is_disabled})
    raise SystemExit(main.change(connection_of(options), request, said=said))


def _password() -> str:
    """Return a password that is typed twice, or the first line of an input that is no terminal."""
    if sys.stdin is not None and sys.stdin.isatty():
        try:
            typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        except click.Abort:
            click.echo("\nNothing was changed.", err=True)
            raise SystemExit(EXIT_INTERRUPTED) from None
        return typed
    line = standard_input_line()
    if not line:
        raise click.UsageError("There is no password on standard input.")
    return line
