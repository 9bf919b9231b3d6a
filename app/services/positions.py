"""How far a reader of the ledger has come, and the cursor that says so.

The ledger has many writers and no common clock, so a position is a moment for each of them. Writers that have been
silent for longer than any commit can take need no entry of their own: `base` stands for all of them.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import BadArgument
from app.domain.movement import Movement
from app.domain.time import Moment

MAX_CURSOR_LENGTH = 32_768  # base64 characters; several hundred writers
_MAX_MOMENT = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Behind it lies every line recorded before `base`, and each named writer's lines up to the moment reached."""

    base: Moment
    reached: Mapping[str, Moment]

    def of(self, writer: str) -> Moment:
        """Return the moment up to which this writer's lines lie behind."""
        return self.reached.get(writer, Moment(self.base - 1))

    def is_past(self, line: Movement) -> bool:
        """Tell whether the line lies behind."""
        return line.recorded_at <= self.of(line.writer)

    def has_reached(self, other: "Position") -> bool:
        """Tell whether each writer named in the other position is at least as far here."""
        return all(self.of(writer) >= moment for writer, moment in other.reached.items())

    def after(self, line: Movement) -> "Position":
        """Return the position behind one more line."""
        return Position(base=self.base, reached={**self.reached, line.writer: line.recorded_at})

    def joined(self, other: "Position") -> "Position":
        """Return the position behind everything that lies behind either."""
        base = max(self.base, other.base)
        moments = {writer: max(self.of(writer), other.of(writer)) for writer in {*self.reached, *other.reached}}
        return Position(base=base, reached={writer: at for writer, at in moments.items() if at >= base})


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one read of the ledger found: lines in order, the position behind them, and whether that was all."""

    lines: Sequence[Movement]
    position: Position
    is_complete: bool


def cursor_of(position: Position) -> str:
    """Return the opaque cursor of a position."""
    told = {"t": position.base, "w": position.reached}
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def position_of(cursor: str) -> Position:
    """Return the position of a cursor. Raises BadArgument where it is none that a movements feed has given."""
    fault = BadArgument(
        "The cursor was not given by the live movements feed. Cursors of the `movements` list do not fit here."
    )
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise fault
    try:
        told = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, ValueError, RecursionError) as error:
        raise fault from error
    if not isinstance(told, dict) or told.keys() != {"t", "w"} or not isinstance(told["w"], dict):
        raise fault
    if not all(type(moment) is int and 0 <= moment <= _MAX_MOMENT for moment in (told["t"], *told["w"].values())):
        raise fault
    return Position(base=Moment(told["t"]), reached=told["w"])
