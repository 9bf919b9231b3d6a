"""An operation of which lines are in the archive of the ledger: what is left of it is never taken for all of it."""

from collections.abc import Sequence
from typing import Any, cast

from msgspec import structs

from app.domain.access.limited_outcome import limited_outcome
from app.domain.access.visibility import Visibility
from app.domain.command import CommandInfo
from app.domain.errors import UnknownItem
from app.domain.operation import Operation
from app.domain.outcome import Outcome
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.recorded_operation import recorded
from tests.live.lines import a_line

KEYS = (LevelKey("S-0", "MAIN"), LevelKey("S-1", "MAIN"), LevelKey("S-2", "NORTH"))
INFO = CommandInfo(operation_id="0" * 32, kind="stockAdjustMany", actor="shop")
OPERATION = Operation(info=INFO, recorded_at=Moment(1), levels=tuple((key, 1) for key in KEYS))


class Ledger:
    """A LedgerReader that loses lines between two reads."""

    async def operations(self, ids: Sequence[str]) -> dict[str, Operation]:
        return dict.fromkeys(ids, OPERATION)

    async def movements_of(self, operations: Sequence[Operation]) -> Any:  # noqa: ANN401
        return [tuple(a_line(key) for key, _ in each.levels[1:]) for each in operations]


async def test_what_is_archived_while_it_is_read_is_not_reversed_in_part() -> None:
    """There is no such operation then, as a moment later."""
    assert await recorded(cast("Any", Ledger()), INFO.operation_id, kind=INFO.kind) == (None, ())


def test_what_is_left_of_a_request_has_no_numbers_of_lines() -> None:
    """Its tenth line was refused, and six are archived: what a principal does not see of the rest is left out."""
    refusal = (9, UnknownItem(sku="S-9", field=("lines", "9")))
    left = structs.replace(OPERATION, archived_lines=6, refusals=(refusal,))
    outcome = Outcome(operation=left, movements=(), replayed=True)
    limited = limited_outcome(outcome, Visibility(locations=frozenset({"MAIN"})), shows_item=lambda _: True)
    assert [line for line, _ in limited.operation.refusals] == [9]
    assert [key for key, _ in limited.operation.levels] == [*KEYS[:2]]
