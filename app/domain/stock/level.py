"""Level: the stock of one item at one location, and the only ways it may change (ADR 21).

Rule: 0 <= reserved, 0 <= unavailable, reserved + unavailable <= on hand + shortfall, and the shortfall grows only by
facts: units that are gone, and sales that were made. A mere request never takes units that are not there. Available is
derived, never stored, and below zero where more is promised than is on hand. Every count, sum and change of a level is
within what GraphQL's Int can show.
"""

from operator import attrgetter
from typing import Final, NamedTuple

from msgspec import Struct, structs

from app.domain.alerts.alert_rules import AlertCounts, open_alerts
from app.domain.alerts.open_alert import NONE_OPEN, OpenAlert
from app.domain.errors import InsufficientStock, InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_OVERSOLD, MAX_QUANTITY
from app.domain.replenishment.declined import Declined
from app.domain.replenishment.policy import NO_POLICY, Policy
from app.domain.stock.availability import LevelStatus, available_units, status_of, unpromised_units
from app.domain.stock.level_change import Allowance, LevelChange, UnavailableReason
from app.domain.time import NEVER, Moment


class LevelKey(NamedTuple):
    """Identifies a level: one item at one location."""

    sku: str
    location: str

    def __str__(self) -> str:
        return f"{self.sku} at {self.location}"


# The counts of a level, in the order in which processes send them to each other.
COUNTS: Final = (
    "on_hand",
    "reserved",
    "backordered",
    "incoming",
    "planned",
    "pledged",
    "damaged",
    "quality_control",
    "safety",
    "other",
)


class Level(
    Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False
):  # a struct, as each line makes one: ADR 32
    """The stock of one item at one location, in units. `version` grows by one with each movement.

    `damaged`, `quality_control`, `safety` and `other` are the units unavailable for that reason. `backordered` units
    are promised beyond those on hand, at most `backorder_limit`. `planned` units are on drafts of orders and on
    proposed transfers: they are not confirmed yet. `pledged` units are to leave by proposed transfers: they are not
    reserved, but not proposed to another level. `policy` is its replenishment policy, and `alerts` are its open alerts.
    `declined` is the declined need. `changed_at` is when it was changed last, the same for all levels of one batch, and
    `counted_at` when it was counted last. `closed` is whether its item or location is archived, as of the ledger;
    `archived` is set by readers where the ledger is behind, and None otherwise.
    """

    key: LevelKey
    on_hand: int = 0
    reserved: int = 0
    backordered: int = 0
    incoming: int = 0
    planned: int = 0
    pledged: int = 0
    damaged: int = 0
    quality_control: int = 0
    safety: int = 0
    other: int = 0
    reorder_point: int = 0
    backorder_limit: int = 0
    policy: Policy = NO_POLICY
    alerts: tuple[OpenAlert, ...] = NONE_OPEN
    declined: Declined | None = None
    version: int = 0
    changed_at: Moment = NEVER
    counted_at: Moment = NEVER
    closed: bool = False
    archived: bool | None = None  # not part of the ledger, and not compared

    def __post_init__(self) -> None:
        assert -MAX_OVERSOLD <= self.on_hand <= MAX_QUANTITY, self
        bits = self.reserved | self.backordered | self.incoming | self.planned | self.pledged
        bits |= self.damaged | self.quality_control | self.safety | self.other
        assert bits >= 0, self  # negative where any of them is: this runs for each line of each batch

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Level) and _compared(self) == _compared(other)

    def __hash__(self) -> int:
        return hash(_compared(self))

    @property
    def unavailable(self) -> int:
        """Units on hand that may not be sold, for whatever reason."""
        return self.damaged + self.quality_control + self.safety + self.other

    @property
    def free(self) -> int:
        """Units on hand that are neither reserved nor unavailable: they may be assigned to backorders.

        Below zero, units are missing.
        """
        return self.on_hand - self.reserved - self.unavailable

    @property
    def shortfall(self) -> int:
        """Units that are reserved or unavailable but not on hand: promises that cannot be kept."""
        return max(0, self.reserved + self.unavailable - max(0, self.on_hand))

    @property
    def oversold(self) -> int:
        """Units that were sold although the record had none: the record is wrong, and a count is due."""
        return max(0, -self.on_hand)

    @property
    def is_closed(self) -> bool:
        """Whether its item or location is archived: nothing new begins with it, and none of its units is available."""
        return self.closed if self.archived is None else self.archived

    @property
    def unpromised(self) -> int:
        """Units on hand that no order is promised, available or not: they may leave a level that is wound down."""
        return unpromised_units(self.on_hand, self.reserved, self.unavailable, self.backordered)

    @property
    def available(self) -> int:
        """Units that may be sold or promised now; below zero, backordered units that are still to come."""
        return available_units(self.unpromised, self.is_closed)

    @property
    def position(self) -> int:
        """The inventory position: the units available once everything on order has arrived.

        On hand and on order, less promised units: Silver, Pyke and Thomas, 6.3. Unavailable units do not count; those
        of a closed level do, so that the position does not change when it is opened again. It is at most MAX_QUANTITY.
        """
        return min(self.unpromised + self.incoming + self.planned, MAX_QUANTITY)

    @property
    def is_short(self) -> bool:
        """Whether its policy orders something now, and the need is not declined; never where it is closed."""
        return (
            self.policy is not NO_POLICY
            and self.declined is None
            and not self.is_closed
            and self.policy.is_short(position=self.position, reorder_point=self.reorder_point)
        )

    @property
    def is_wanting(self) -> bool:
        """Whether its policy orders something now, or its need is declined."""
        return self.declined is not None or self.is_short

    @property
    def status(self) -> LevelStatus:
        """How it stands against its reorder point."""
        return status_of(self.available, self.reorder_point)

    def refusal(self, change: LevelChange, allowance: Allowance = Allowance.NONE) -> InventoryError | None:
        """Return why the change is refused: more than is available, or more than a level can hold.

        Only a backorder may leave less than zero available, down to the limit, and a change that records a fact, within
        its allowance.
        """
        return self._shortage(change, allowance) or self._excess(change)

    def short_of(self, requested: int, *, available: int, reason: UnavailableReason | None = None) -> InsufficientStock:
        """Return the error of a request for more units than there are, with the causes.

        `reason` is why the requested units are unavailable; None where units for sale were requested.
        """
        is_for_sale = reason is None
        return InsufficientStock(
            sku=self.key.sku,
            location=self.key.location,
            requested=requested,
            available=max(0, available),
            waiting=self.backordered if is_for_sale else 0,
            missing=self.shortfall if is_for_sale else 0,
            oversold=self.oversold,
            reason=reason and reason.value,
        )

    def changed(self, change: LevelChange, *, at: Moment, is_count: bool = False) -> "Level":
        """Return the level after a change that has no refusal."""
        after = structs.replace(
            self,
            on_hand=self.on_hand + change.on_hand,
            reserved=self.reserved + change.reserved,
            backordered=self.backordered + change.backordered,
            incoming=self.incoming + change.incoming,
            planned=self.planned + change.planned,
            pledged=self.pledged + change.pledged,
            damaged=self.damaged + change.damaged,
            quality_control=self.quality_control + change.quality_control,
            safety=self.safety + change.safety,
            other=self.other + change.other,
            version=self.version + 1,
            changed_at=at,
            counted_at=at if is_count else self.counted_at,
        )
        if settings := change.settings:
            after = structs.replace(after, **settings)
        if self.declined is not None or change.declined is not None:
            after = structs.replace(after, declined=_declined_after(self, change, after))
        available = after.available
        if not self.alerts and after.policy is NO_POLICY and available > 0 and available > after.reorder_point:
            return after  # the usual case: no alert is open, and none opens
        alerts = open_alerts(
            self.alerts,
            AlertCounts(available, after.on_hand, after.reorder_point, after.shortfall, after.oversold, after.closed),
            after.policy,
            available_before=self.available,
            version=after.version,
        )
        return after if alerts == self.alerts else structs.replace(after, alerts=alerts)

    def _shortage(self, change: LevelChange, allowance: Allowance) -> InventoryError | None:
        if allowance is Allowance.NONE and (refusal := self._unpromisable(change)) is not None:
            return refusal
        least = -MAX_OVERSOLD if allowance is Allowance.OVERSALE else 0
        if change.on_hand < 0 and self.on_hand + change.on_hand < least:
            if least:
                rule = f"may be at most {MAX_OVERSOLD} below zero: look at the quantity, or count what is there"
                return InvalidValue(what=f"The stock of {self.key}", rule=rule)
            return self.short_of(-change.on_hand, available=self.on_hand)
        if change.damaged < 0 or change.quality_control < 0 or change.safety < 0 or change.other < 0:
            return self._unreleasable(change)
        return None

    def _unpromisable(self, change: LevelChange) -> InsufficientStock | None:
        used = change.reserved + change.unavailable - change.on_hand
        taken = used + change.backordered
        if taken > 0 or used > 0:
            unpromised = self.unpromised
            allowed = unpromised + self.backorder_limit if change.backordered > 0 else unpromised
            if 0 < taken > allowed or 0 < used > unpromised + self.backordered:
                return self.short_of(taken, available=unpromised)
        if self.on_hand < 0 and self._is_more_short(change):
            return self.short_of(change.reserved + change.unavailable, available=0)
        return None

    def _is_more_short(self, change: LevelChange) -> bool:
        """Tell whether the change promises units of an oversold level although others are owed."""
        promised = self.reserved + self.unavailable + change.reserved + change.unavailable
        return promised - max(0, self.on_hand + change.on_hand) > self.shortfall

    def _unreleasable(self, change: LevelChange) -> InsufficientStock | None:
        for reason in UnavailableReason:
            released, there = -getattr(change, reason.lower()), unavailable_of(self, reason)
            if released > there:
                return self.short_of(released, available=there, reason=reason)
        return None

    def _excess(self, change: LevelChange) -> QuantityOutOfRange | None:
        more = change.reserved + change.unavailable + change.backordered
        if more > 0 and (promised := self.reserved + self.unavailable + self.backordered + more) > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=promised, minimum=0)
        on_hand = self.on_hand + change.on_hand
        if on_hand < 0:  # what is oversold may be promised as well
            unpromised = self.unpromised + change.on_hand - more
            if unpromised < min(self.unpromised, -MAX_QUANTITY):
                return QuantityOutOfRange(quantity=unpromised)
        if on_hand > MAX_QUANTITY or change.on_hand > MAX_QUANTITY:  # the latter where the level was oversold
            return QuantityOutOfRange(quantity=max(on_hand, change.on_hand), minimum=0)
        if self.incoming + change.incoming > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=self.incoming + change.incoming, minimum=0)
        if self.planned + change.planned > MAX_QUANTITY:
            return QuantityOutOfRange(quantity=self.planned + change.planned, minimum=0)
        return None


_compared = attrgetter(*(name for name in Level.__struct_fields__ if name != "archived"))


def _declined_after(before: Level, change: LevelChange, after: Level) -> Declined | None:
    """Return the declined need after a change: that of the change, or else the former one if it still holds."""
    if change.declined is not None or change.takes_up or before.declined is None:
        return change.declined
    return before.declined.kept(after.policy, position=after.position, reorder_point=after.reorder_point)


def unavailable_of(level: Level, reason: UnavailableReason) -> int:
    """Return the units of a level that are unavailable for a reason."""
    units: int = getattr(level, reason.lower())
    return units


def units_on_hand(level: Level) -> int:
    """Return the units on hand; 0 where the level is oversold."""
    return max(0, level.on_hand)
