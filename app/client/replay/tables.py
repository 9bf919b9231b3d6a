"""Shows the sections of a report: as tables on a terminal, elsewhere as plain lines."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from app.client.replay.report import Section


def show(console: Console, sections: Mapping[str, Section]) -> None:
    """Print the sections that have content."""
    for title, section in sections.items():
        if not section:
            continue
        if console.is_terminal:
            console.print(_table(title, section))
        else:
            for name, value in section.items():
                console.print(
                    f"{_label(title)}: {_label(name)}: {_told(value)}", markup=False, highlight=False, soft_wrap=True
                )


def _table(title: str, section: Section) -> Table:
    """Build a table with a row per entry, and a column per inner entry where the entries have such."""
    table = Table(
        title=_label(title).capitalize(), title_justify="left", title_style="bold", show_header=_is_matrix(section)
    )
    table.add_column("")
    for name in _columns(section):
        table.add_column(_label(name), justify="left" if name == "examples" else "right", overflow="fold")
    for name, value in section.items():
        cells = value.values() if isinstance(value, dict) else [value]
        table.add_row(_label(name), *(_told(cell, separator="\n") for cell in cells))
    return table


def _columns(section: Section) -> list[str]:
    first = next(iter(section.values()))
    return list(first) if isinstance(first, dict) else [""]


def _is_matrix(section: Section) -> bool:
    return isinstance(next(iter(section.values())), dict)


def _label(name: str) -> str:
    """Return a name for people; the server's own codes stay as they are."""
    return name.replace("_", " ") if name.islower() else name


def _told(value: Any, *, separator: str = "; ") -> str:  # noqa: ANN401 - whatever JSON has
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}"
        case list():
            return separator.join(_told(inner) for inner in value) or "none"
        case dict():
            return ", ".join(f"{_told(inner)} {_label(name)}" for name, inner in value.items())
        case _:
            return str(value)
