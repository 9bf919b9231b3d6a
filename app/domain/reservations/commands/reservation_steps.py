"""Steps and checks that the commands about one reservation share."""

from collections.abc import Iterator, Sequence

from app.domain.command import Decision, Line
from app.domain.errors import Field, InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY, MAX_TTL_SECONDS
from app.domain.reservations.holds import ReservedUnits, changes
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import Allowance
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.validation import duplicate_errors, line_count_errors, location_code_errors, sku_errors


def step(
    before: Reservation,
    after: Reservation,
    *,
    reason: MovementReason,
    channel: str | None = None,
    allowance: Allowance = Allowance.NONE,
) -> Decision:
    """Return the decision that changes a reservation, and its levels with it."""
    moved = changes(before.holds, after.holds)
    return Decision(
        lines=tuple(
            Line(key=key, change=change, reason=reason, channel=channel, allowance=allowance)
            for key, change in moved.items()
        ),
        documents=(after,),
    )


def end_of(ttl_seconds: int | None, *, now: Moment) -> Moment | None:
    """Return the moment at which a reservation expires, None for never."""
    return None if ttl_seconds is None else Moment(now + ttl_seconds * MICROSECONDS_PER_SECOND)


def ttl_errors(ttl_seconds: int | None) -> Iterator[InventoryError]:
    """Check the time to live of a reservation, in seconds."""
    if ttl_seconds is not None and not 1 <= ttl_seconds <= MAX_TTL_SECONDS:
        rule = f"must be between 1 and {MAX_TTL_SECONDS} s"
        yield InvalidValue(what="The time that a reservation lasts", rule=rule, field=("ttlSeconds",))


def units_errors(quantity: int, *, field: Field) -> Iterator[InventoryError]:
    """Check the units of a line: one at least."""
    if not 1 <= quantity <= MAX_QUANTITY:
        yield QuantityOutOfRange(quantity=quantity, minimum=1, field=field)


def place_errors(sku: str, location: str | None, *, prefix: Field) -> Iterator[InventoryError]:
    """Check the item of a line, and its location if it names one."""
    yield from sku_errors(sku, field=(*prefix, "sku"))
    if location is not None:
        yield from location_code_errors(location, field=(*prefix, "location"))


def part_errors(parts: Sequence[ReservedUnits] | None) -> Iterator[InventoryError]:
    """Check the parts of a reservation that an input names."""
    if parts is None:
        return
    yield from line_count_errors(len(parts))
    for index, part in enumerate(parts):
        prefix = ("lines", str(index))
        yield from place_errors(part.sku, part.location, prefix=prefix)
        if part.quantity is not None:
            yield from units_errors(part.quantity, field=(*prefix, "quantity"))
    yield from duplicate_errors([LevelKey(part.sku, part.location or "") for part in parts])
