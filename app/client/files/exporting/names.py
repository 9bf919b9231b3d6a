"""The names that an export is narrowed to.

Rule: a name that nothing has is a slip of the keyboard. An empty file would say that there is nothing, and replace one
that has something.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from app.client.http.request import Request
from app.client.http.retrying_client import CannotGoOn, RetryingClient

NAMES_PER_QUESTION = 50  # the API takes so many root fields


class _Named(NamedTuple):
    field: str
    argument: str
    sentence: str


_KINDS = {
    "location": _Named("location", "code", "No location has the code {!r}."),
    "sku": _Named("item", "sku", "No item has the SKU {!r}."),
    "supplier": _Named("supplier", "code", "No supplier has the code {!r}."),
}
_LISTS = {"locations": "location", "skus": "sku"}


async def check_names(client: RetryingClient, where: Mapping[str, Any]) -> None:
    """Ask whether everything exists that the API's filter names. Raises CannotGoOn."""
    names = list(_names(where))
    for start in range(0, len(names), NAMES_PER_QUESTION):
        some = names[start : start + NAMES_PER_QUESTION]
        data = await client.ask(_question(some))
        for at, (kind, name) in enumerate(some):
            if data[f"n{at}"] is None:
                raise CannotGoOn(kind.sentence.format(name))


def _names(where: Mapping[str, Any]) -> Iterator[tuple[_Named, str]]:
    for given, value in where.items():
        kind = _KINDS.get(_LISTS.get(given, given))
        if kind is not None and value is not None:
            yield from ((kind, name) for name in ([value] if isinstance(value, str) else value))


def _question(names: list[tuple[_Named, str]]) -> Request:
    parameters = ", ".join(f"$n{at}: String!" for at in range(len(names)))
    fields = " ".join(
        f"n{at}: {kind.field}({kind.argument}: $n{at}) {{ __typename }}" for at, (kind, _) in enumerate(names)
    )
    return Request(f"query Names({parameters}) {{ {fields} }}", {f"n{at}": name for at, (_, name) in enumerate(names)})
