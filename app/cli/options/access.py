"""Options of the commands that administer access, and what they mean as inputs of the API.

Rule: only click is imported here, and the names of scopes, so that `--help` stays quick.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from app.cli.options.client import key_option, patience_option, url_option, with_options
from app.cli.text import TEXT
from app.domain.access.scope import Scope

if TYPE_CHECKING:
    from app.client.access.main import Connection

F = TypeVar("F", bound=Callable[..., Any])

SCOPES = click.Choice([scope.value for scope in Scope])

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_TERMS = re.compile(r"(\d{1,10})/(\d{1,10})", re.ASCII)
_SPAN = re.compile(r"([1-9]\d{0,4})([hdw])", re.ASCII)


class Expiry(click.ParamType[str]):
    """A span from now such as 90d, or a date or time; as ISO 8601."""

    name = "when"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if span := _SPAN.fullmatch(value):
            return (datetime.now(UTC) + timedelta(**{_UNITS[span[2]]: int(span[1])})).isoformat()
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.astimezone()).isoformat()
        except (ValueError, OverflowError):  # no time, or one of the year 1 or 9999 that this zone puts into another
            self.fail("write a span such as 12h, 90d or 8w, or a date such as 2027-01-31.", param, ctx)


class BudgetTerms(click.ParamType[dict[str, int]]):
    """Two whole numbers: what may be spent at once, and what is restored per second; as an input of the API."""

    name = "points"

    def convert(
        self, value: str | dict[str, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        if isinstance(value, dict):
            return value
        terms = _TERMS.fullmatch(value)
        if terms is None:
            self.fail("write what may be spent at once, a slash, and what is restored per second: 500000/50000.")
        return {"capacity": int(terms[1]), "restoreRate": int(terms[2])}


def connection_options(function: F) -> F:
    """Add `--url`, `--key` and `--patience`."""
    return with_options(url_option(), key_option(), patience_option())(function)


def connection_of(options: Mapping[str, Any]) -> "Connection":
    """Return what those options say."""
    from app.client.access.main import Connection  # noqa: PLC0415 - see the rule above

    return Connection(url=options["url"], key=options["key"], patience_seconds=options["patience"])


def grant_options(function: F) -> F:
    """Add what a key or a user may do, and where."""
    return with_options(
        click.option("--role", "roles", type=TEXT, multiple=True, help="Role, by name; may be repeated."),
        click.option(
            "--scope",
            "scopes",
            type=SCOPES,
            metavar="SCOPE",
            multiple=True,
            help="Scope beside those of the roles, such as stock:write; may be repeated.",
        ),
        click.option(
            "--location", "locations", type=TEXT, multiple=True, help="Limit to this location; may be repeated."
        ),
        click.option(
            "--category",
            "categories",
            type=TEXT,
            multiple=True,
            help="Limit to items of this category; may be repeated. Not together with scopes of orders, purchasing or "
            "counting.",
        ),
        click.option("--approval-limit", type=TEXT, help="Highest value of a purchase order to submit."),
        click.option(
            "--budget",
            type=BudgetTerms(),
            help="What operations may cost at once, and what is restored per second: 500000/50000.",
        ),
    )(function)


# What takes something away, and the option that it cannot be given with: both by parameter.
_TAKEN_AWAY: Mapping[str, str] = {
    "no_roles": "roles",
    "no_scopes": "scopes",
    "all_locations": "locations",
    "all_categories": "categories",
    "any_approval": "approval_limit",
    "usual_budget": "budget",
    "no_expiry": "expires",
    "no_description": "description",
}


def removal(option: str, text: str) -> Callable[[F], F]:
    """Return an option that takes something away: one of `_TAKEN_AWAY`."""
    name = option.removeprefix("--").replace("-", "_")
    assert name in _TAKEN_AWAY, option
    return click.option(option, name, is_flag=True, help=text)


def grant_update_options(function: F) -> F:
    """Add what a key or a user may do from now on, and where."""
    return with_options(
        grant_options,
        removal("--no-roles", "Take all roles away."),
        removal("--no-scopes", "Take all scopes away that are not of roles."),
        removal("--all-locations", "Limit to no location any more."),
        removal("--all-categories", "Limit to no category any more."),
        removal("--any-approval", "Set no limit of approval any more."),
        removal("--usual-budget", "Give the usual budget again."),
    )(function)


def changes(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options change, as inputs of the API take it. Raises click.UsageError."""
    taken = {name for name in _TAKEN_AWAY if options.get(name)}
    for name in sorted(taken):
        if options[_TAKEN_AWAY[name]]:
            raise click.UsageError(f"--{name.replace('_', '-')} contradicts what else is given.")
    present = granted(options) | {
        "expiresAt": options.get("expires"),
        "description": options.get("description"),
        "displayName": options.get("display_name"),
        "documentsOnly": options.get("documents_only"),
    }
    changed = {name: value for name, value in present.items() if value is not None and value != []}
    for name in taken:
        field = _FIELDS.get(_TAKEN_AWAY[name], _TAKEN_AWAY[name])
        changed[field] = [] if field in {"roles", "scopes"} else None
    if not changed:
        raise click.UsageError("Say what to change: see --help.")
    return changed


_FIELDS: Mapping[str, str] = {"approval_limit": "approvalLimit", "expires": "expiresAt"}


def granted(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options grant, as inputs of the API take it."""
    from app.client.access.tables import scope_value  # noqa: PLC0415 - see the rule above

    return {
        "roles": list(options["roles"]),
        "scopes": [scope_value(scope) for scope in options["scopes"]],
        "locations": list(options["locations"]) or None,
        "categories": list(options["categories"]) or None,
        "approvalLimit": options["approval_limit"],
        "budget": options["budget"],
    }
