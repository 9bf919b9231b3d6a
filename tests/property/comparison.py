"""What callers are told and what stores hold, in a form in which a database and its model can be compared.

Rule: moments and writers are left out, which no model foresees. Whether there is a moment remains.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from msgspec import Struct, structs

from app.domain.command import Command
from app.domain.document import Document
from app.domain.errors import ErrorCode, InventoryError, Refused
from app.domain.outcome import Outcome
from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment
from app.services.ports import Writer
from tests.support.store import Contents

SOME_MOMENT = Moment(1)


@dataclass(frozen=True)
class Told:
    """What a caller is told of an operation."""

    operation_id: str
    replayed: bool
    movements: tuple[Movement, ...]
    documents: tuple[Document, ...]
    refusals: tuple[tuple[int, InventoryError], ...]


Result = Told | tuple[InventoryError, ...]


async def told_by(writer: Writer, command: Command) -> Result:
    """Run a command and return what its caller is told."""
    try:
        outcome = await writer.run(command)
    except Refused as refused:
        return refused.errors
    return told_of(outcome)


def told_of(outcome: Outcome) -> Told:
    """Return what an outcome tells."""
    return Told(
        operation_id=outcome.operation.id,
        replayed=outcome.replayed,
        movements=timeless(outcome.movements),
        documents=timeless(outcome.operation.documents),
        refusals=outcome.operation.refusals,
    )


def spoken(result: Result) -> str:
    """Return in a word what became of a command."""
    if isinstance(result, Told):
        return "repeated" if result.replayed else "accepted"
    codes: set[ErrorCode] = {error.code for error in result}
    return " and ".join(sorted(codes))


def comparable(contents: Contents) -> tuple[Any, ...]:
    """Return what a store holds."""
    return (
        timeless(contents.levels),
        sorted(timeless(contents.movements), key=lambda line: (line.after.key, line.after.version)),
        timeless(contents.items),
        timeless(contents.locations),
        contents.operations,
        {document.key: timeless(document) for document in contents.documents},
    )


def timeless(thing: Any) -> Any:  # noqa: ANN401 - returns what it is given
    """Return a dataclass or a struct, or a tuple of them, without the moments and writers anywhere in it."""
    if type(thing) is tuple:
        return tuple(map(timeless, thing))
    if isinstance(thing, Struct):
        of_struct = {name: _timeless_field(name, getattr(thing, name)) for name in thing.__struct_fields__}
        return structs.replace(thing, **of_struct)
    if not is_dataclass(thing) or isinstance(thing, type):
        return thing
    changed = {field.name: _timeless_field(field.name, getattr(thing, field.name)) for field in fields(thing)}
    return replace(thing, **changed)


def _timeless_field(name: str, value: object) -> object:
    if name == "writer":
        return ""
    if not name.endswith("_at") and name not in {"at", "until"}:
        return timeless(value)
    return SOME_MOMENT if value not in {None, NEVER} else value
