"""Keys, users and roles as rows of a table, in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

_GAP = 3  # between columns

Node = Mapping[str, Any]
Row = Mapping[str, str]


def key_row(node: Node) -> Row:
    """Return a key as a row."""
    return {
        "name": node["name"],
        "prefix": node["prefix"],
        "may": _may(node),
        "where": _where(node),
        "state": _key_state(node),
        "expires": _moment(node["expiresAt"]),
        "last used": _moment(node["lastUsedAt"]) or "never",
        "made by": node["createdBy"] or "",
    }


def user_row(node: Node) -> Row:
    """Return a user as a row."""
    return {
        "name": node["name"],
        "display name": node["displayName"],
        "may": _may(node),
        "where": _where(node),
        "state": "active" if node["isActive"] else "disabled",
        "password": "yes" if node["hasPassword"] else "no",
        "made by": node["createdBy"] or "",
    }


def role_row(node: Node) -> Row:
    """Return a role as a row."""
    return {
        "name": node["name"],
        "scopes": ", ".join(map(scope_text, node["scopes"])),
        "description": node["description"] or "",
        "built in": "yes" if node["isBuiltIn"] else "no",
    }


ROWS: Mapping[str, Callable[[Node], Row]] = {"apiKey": key_row, "user": user_row, "role": role_row}


def show(console: Console, rows: Sequence[Row]) -> None:
    """Print rows: on a terminal as a table, or one below the other where that is too wide; elsewhere with tabs."""
    if not rows:
        return
    if not console.is_terminal:
        for line in ([*rows[0]], *([*row.values()] for row in rows)):
            click.echo("\t".join(line))  # rich would make blanks of the tabs
        return
    widths = {name: max(_longest_word(text) for text in (name, *(row[name] for row in rows))) for name in rows[0]}
    if sum(widths.values()) + _GAP * (len(widths) - 1) > console.width:
        _show_below_each_other(console, rows)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, width in widths.items():
        table.add_column(name, overflow="fold", min_width=width)
    for row in rows:
        table.add_row(*row.values())
    console.print(table, markup=False, highlight=False)


def _show_below_each_other(console: Console, rows: Sequence[Row]) -> None:
    label = max(map(len, rows[0])) + _GAP
    for row in rows:
        name, *others = row.items()
        console.print(Text(name[1], style="bold"))
        for what, text in others:
            if text:
                console.print(f"  {what:<{label}}{text}", markup=False, highlight=False, soft_wrap=True)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def scope_text(value: str) -> str:
    """Return a scope as keys and roles name it: `stock:write` for STOCK_WRITE."""
    return value.lower().replace("_", ":")


def scope_value(text: str) -> str:
    """Return a scope as the API takes it."""
    return text.upper().replace(":", "_")


def _may(node: Node) -> str:
    limit = node["approvalLimit"]
    words = [*node["roles"], *map(scope_text, node["scopes"])]
    words += [f"orders up to {limit}"] if limit is not None else []
    words += [_budget(node["budget"])] if node["budget"] is not None else []
    words += ["registered documents only"] if node.get("documentsOnly") else []
    return ", ".join(words)


def _budget(budget: Node) -> str:
    return f"budget {budget['capacity']}/{budget['restoreRate']}"


def _where(node: Node) -> str:
    locations = "everywhere" if node["locations"] is None else ", ".join(node["locations"])
    return locations if node["categories"] is None else f"{locations}: {', '.join(node['categories'])}"


def _key_state(node: Node) -> str:
    if node["revokedAt"] is not None:
        return "revoked"
    if not node["isActive"]:
        return "expired"
    former = node["formerSecretUntil"]
    return "active" if former is None else f"active, former secret until {_moment(former)}"


def _moment(text: str | None) -> str:
    return "" if text is None else f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
