"""Reserve units for an order or a cart, all lines or none unless it may be served in part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import (
    Archived,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    Refused,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_CANDIDATE_LOCATIONS, MAX_CHANNEL_LENGTH, MAX_HOLDS, MAX_QUANTITY, MAX_SOURCED_LINES
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import end_of, place_errors, ttl_errors, units_errors
from app.domain.reservations.holds import Hold
from app.domain.reservations.placement import Placement
from app.domain.reservations.reservation import RequestedLine, Reservation
from app.domain.reservations.sourcing import Wanted
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import (
    duplicate_errors,
    expected_errors,
    info_errors,
    line_count_errors,
    location_code_errors,
    text_errors,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateReservation:
    """An order.

    Lines that name a location are served there, and first, as they have no other choice. The others are sourced
    together, from `locations` or else from all that have stock, at `max_locations` at most. Missing units are
    backordered where the level allows it and the order does `accept_backorder`. Units that are still short refuse the
    order, or are left out if it may be served in part. It expires after `ttl_seconds`, or never. Backordered units are
    `needed_by` a moment, or as soon as possible.
    """

    info: CommandInfo
    lines: tuple[RequestedLine, ...]
    ttl_seconds: int | None = None
    channel: str | None = None
    allow_partial: bool = False
    accept_backorder: bool = True
    locations: tuple[str, ...] | None = None
    max_locations: int | None = None
    needed_by: Moment | None = None

    def content(self) -> object:
        return (
            tuple((line.sku, line.quantity, line.location) for line in self.lines),
            self.ttl_seconds,
            self.channel,
            self.allow_partial,
            self.accept_backorder,
            self.locations,
            self.max_locations,
            self.needed_by,
        )

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from line_count_errors(len(self.lines))
        sourced = sum(line.location is None for line in self.lines)
        if sourced > MAX_SOURCED_LINES:
            yield TooManyLines(count=sourced, maximum=MAX_SOURCED_LINES)
        yield from info_errors(self.info, now=now)
        yield from ttl_errors(self.ttl_seconds)
        if self.channel is not None:
            yield from text_errors(self.channel, what="A channel", maximum=MAX_CHANNEL_LENGTH, field=("channel",))
        yield from self._candidate_errors()
        for index, line in enumerate(self.lines):
            prefix = ("lines", str(index))
            yield from place_errors(line.sku, line.location, prefix=prefix)
            yield from units_errors(line.quantity, field=(*prefix, "quantity"))
        yield from duplicate_errors([LevelKey(line.sku, line.location or "") for line in self.lines])

    def read_set(self) -> ReadSet:
        return ReadSet(
            levels=tuple(LevelKey(line.sku, line.location) for line in self.lines if line.location is not None),
            stocked=tuple(line.sku for line in self.lines if line.location is None),
            locations=self.locations or (),
        )

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises Refused with every shortage, and every item and location that is unknown or archived. A shortage gives
        the units that the line could have had as available, and no location where the line names none.
        """
        placement = Placement(takes_backorders=self.accept_backorder)
        refusals = list(self._unknown_candidates(view))
        refusals += expected_errors(
            self.needed_by, now=view.now, field=("neededBy",), what="The time when it is needed"
        )
        short: dict[int, int] = {}
        for index, line in enumerate(self.lines):
            if line.location is not None:
                try:
                    level = view.stock(LevelKey(line.sku, line.location))
                except InventoryError as error:
                    refusals.append(error.at("lines", str(index)))
                else:
                    short[index] = placement.at(level, line=index, quantity=line.quantity)
        if any(line.location is None for line in self.lines):
            short |= self._source(view, placement, refusals)
        return self._decision(view, placement, refusals, short)

    def _source(self, view: View, placement: Placement, refusals: list[InventoryError]) -> dict[int, int]:
        """Place the lines that name no location, and return how many units of each could not be placed."""
        wanted: dict[int, Wanted] = {}
        levels: dict[LevelKey, Level] = {}
        for index, line in enumerate(self.lines):
            if line.location is not None:
                continue
            stocked = view.levels_of(line.sku)
            if view.is_item_archived(line.sku):
                refusals.append(Archived(kind="item", name=line.sku, field=("lines", str(index), "sku")))
            elif not stocked and view.item(line.sku) is None:
                refusals.append(UnknownItem(sku=line.sku, field=("lines", str(index), "sku")))
            else:
                wanted[index] = Wanted(line.sku, line.quantity)
                levels |= {level.key: level for level in stocked}
        priorities = self._priorities(view, {key.location for key in levels})
        open_levels = [level for level in levels.values() if level.key.location in priorities]
        return placement.anywhere(wanted, open_levels, priorities=priorities, max_locations=self.max_locations)

    def _decision(
        self, view: View, placement: Placement, refusals: list[InventoryError], short: dict[int, int]
    ) -> Decision:
        holds = placement.holds
        if len(holds) > MAX_HOLDS:
            refusals.append(TooManyLines(count=len(holds), maximum=MAX_HOLDS))
        if not holds or not self.allow_partial:
            refusals += [self._shortage(view, holds, index, units) for index, units in short.items() if units]
        if refusals:
            raise Refused(*sorted(refusals, key=_position))
        reservation = Reservation(
            id=self.info.operation_id,
            created_at=view.now,
            reference=self.info.reference,
            channel=self.channel,
            expires_at=end_of(self.ttl_seconds, now=view.now),
            needed_by=self.needed_by,
            accepts=self.locations if any(line.location is None for line in self.lines) else (),
            max_locations=self.max_locations,
            lines=self.lines,
            holds=holds,
        )
        return Decision(
            lines=tuple(
                Line(key=key, change=change, reason=MovementReason.RESERVATION, channel=self.channel)
                for key, change in placement.changes(holds).items()
            ),
            documents=(reservation,),
        )

    def _candidate_errors(self) -> Iterator[InventoryError]:
        codes = self.locations
        if codes is not None:
            if not 1 <= len(codes) <= MAX_CANDIDATE_LOCATIONS or len(set(codes)) < len(codes):
                rule = f"must be 1 to {MAX_CANDIDATE_LOCATIONS} codes that differ"
                yield InvalidValue(what="A list of locations", rule=rule, field=("locations",))
            for index, code in enumerate(codes):
                yield from location_code_errors(code, field=("locations", str(index)))
        if self.max_locations is not None and not 1 <= self.max_locations <= MAX_CANDIDATE_LOCATIONS:
            rule = f"must be between 1 and {MAX_CANDIDATE_LOCATIONS}"
            yield InvalidValue(what="The most locations of an order", rule=rule, field=("maxLocations",))

    def _unknown_candidates(self, view: View) -> Iterator[InventoryError]:
        for index, code in enumerate(self.locations or ()):
            if view.location(code) is None:
                yield UnknownLocation(location=code, field=("locations", str(index)))

    def _priorities(self, view: View, codes: set[str]) -> dict[str, int]:
        """Return the priority of each location that may be chosen, without archived ones."""
        allowed = codes if self.locations is None else codes.intersection(self.locations)
        found = {code: view.location(code) for code in allowed}
        return {code: place.priority for code, place in found.items() if place is not None and not place.is_archived}

    def _shortage(self, view: View, holds: Iterable[Hold], index: int, units: int) -> InsufficientStock:
        """Return the refusal of a line of which so many units could not be placed, with the causes."""
        line = self.lines[index]
        stocked = [level for level in view.levels_of(line.sku) if line.location in (None, level.key.location)]
        others = [
            hold
            for hold in holds
            if hold.line != index and hold.sku == line.sku and line.location in (None, hold.location)
        ]
        return InsufficientStock(
            sku=line.sku,
            location=line.location or "",
            requested=line.quantity,
            available=line.quantity - units,
            waiting=_most(level.backordered for level in stocked),
            missing=_most(level.shortfall for level in stocked),
            oversold=_most(level.oversold for level in stocked),
            taken=_most(hold.held + hold.waiting for hold in others),
            field=("lines", str(index), "quantity"),
        )


def _position(error: InventoryError) -> int:
    """Return the index of an error's line; errors of no line come first."""
    name, *rest = error.field
    return int(rest[0]) if name == "lines" and rest else -1


def _most(units: Iterable[int]) -> int:
    """Return the sum of units at all locations, or the largest quantity that an error can report."""
    return min(sum(units), MAX_QUANTITY)
