"""Words for alerts, and the proof that exactly the right ones were opened, changed and closed.

The proof knows nothing of the code that decides. It reads the ledger of each level from the first line on, and goes
from state to state by a table in which exactly one row must hold.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.alerts.alert import Alert, AlertChange, AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.replenishment.policy import Policy
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.services.command_bus import CommandBus
from tests.support.scene import request_info
from tests.support.store import Contents, Store

LOW, OUT = AlertType.LOW, AlertType.OUT
NONE = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPolicy:
    """Give a level a policy, whatever the rules of the mutations that do so."""

    info: CommandInfo
    key: LevelKey
    policy: Policy
    reorder_point: int | None = None

    def content(self) -> object:
        return (*self.key, self.policy, self.reorder_point)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ()

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises NotFound or Archived."""
        view.stock(self.key)
        change = LevelChange(reorder_point=self.reorder_point, policy=self.policy)
        return Decision(lines=(Line(key=self.key, change=change, reason=MovementReason.SETTINGS),))


async def set_policy(store: Store, key: LevelKey, policy: Policy, *, reorder_point: int | None = None) -> Outcome:
    """Give a level a policy, and perhaps a reorder point."""
    bus = CommandBus(writer=store.writer, present=store.present, clock=store.clock, entropy=store.entropy)
    return await bus.run(
        "policySet",
        request_info(),
        lambda info: SetPolicy(info=info, key=key, policy=policy, reorder_point=reorder_point),
    )


async def alerts_of(store: Store, where: AlertFilter | None = None) -> list[Alert]:
    """Return the alerts of a store, the newest first."""
    page = await store.alerts.alerts(where or AlertFilter(), first=250, after=None)
    return list(page.nodes)


def alert_of(outcome: Outcome) -> Alert:
    """Return the one alert that an operation changed, as it was right after it."""
    return outcome.operation.document(Alert)


@dataclass(kw_only=True)
class Spell:
    """One time that a level was beyond a threshold, as its ledger tells it."""

    family: str
    opened: Movement
    type: AlertType
    crossed: Movement  # the last line that opened it, changed its type, or closed it
    escalated: Movement | None = None
    closed: Movement | None = None

    @property
    def id(self) -> str:
        """The id that its alert must have."""
        key = self.opened.after.key
        return f"{key.location}/{key.sku}#{self.opened.after.version}/{self.family}"


@dataclass
class Watch:
    """One family of alerts of one level, followed line by line."""

    family: str
    spells: list[Spell] = field(default_factory=list)
    now: AlertType | None = NONE

    def follow(self, line: Movement, then: AlertType | None) -> None:
        """Note what a line made of it."""
        before, self.now = self.now, then
        if then is before:
            return
        if before is NONE:
            assert then is not NONE
            self.spells.append(Spell(family=self.family, opened=line, type=then, crossed=line))
        spell = self.spells[-1]
        spell.crossed = line
        if then is NONE:
            spell.closed = line
            return
        spell.type = then
        if then is OUT:
            spell.escalated = line


def stock_after(before: AlertType | None, line: Movement) -> AlertType | None:
    """Return what there is of LOW and OUT after a line. One row of the table must hold, and no other."""
    level = line.after
    units, point, back = level.available, level.reorder_point, level.reorder_point + level.policy.alert_margin
    margin, came_down = level.policy.alert_margin, added(line.change) < 0
    table = {
        (NONE, NONE): units > max(point, 0) or (units <= 0 == point and not came_down),
        (NONE, LOW): 1 <= units <= point,
        (NONE, OUT): units <= 0 and (point >= 1 or came_down),
        (LOW, NONE): units >= 1 and units > back,
        (LOW, LOW): 1 <= units <= back,
        (LOW, OUT): units <= 0,
        (OUT, NONE): units >= 1 and units > back,
        (OUT, LOW): max(margin, 0) < units <= back,
        (OUT, OUT): units <= 0 or units <= margin,
    }
    [(_, after)] = [step for step, holds in table.items() if step[0] is before and holds]
    return after


def overstock_after(before: AlertType | None, line: Movement) -> AlertType | None:
    """Return whether there is too much after a line."""
    level, policy = line.after, line.after.policy
    most = policy.overstock_point
    if most is None:
        return NONE
    closes_at = max(most - policy.alert_margin, 0)
    is_over = level.on_hand >= most + 1 or (before is not NONE and level.on_hand >= closes_at + 1)
    return AlertType.OVERSTOCK if is_over else NONE


def risk_after(before: AlertType | None, line: Movement) -> AlertType | None:
    """Return whether there is too little to last after a line."""
    policy = line.after.policy
    if policy.risk_point is None:
        return NONE
    needed = policy.risk_point + (0 if before is NONE else policy.alert_margin)
    return AlertType.STOCKOUT_RISK if needed > line.after.available else NONE


def added(change: LevelChange) -> int:
    """Return the units by which a change makes more available."""
    unavailable = change.damaged + change.quality_control + change.safety + change.other
    return change.on_hand - change.reserved - change.backordered - unavailable


def spells_of(lines: list[Movement]) -> list[Spell]:
    """Return every time that a level was beyond a threshold, from its whole ledger, the oldest line first."""
    stock, over, risk = Watch("STOCK"), Watch("OVERSTOCK"), Watch("STOCKOUT_RISK")
    short, oversold = Watch("SHORTFALL"), Watch("OVERSOLD")
    for line in lines:
        level = line.after
        stock.follow(line, NONE if level.closed else stock_after(stock.now, line))
        over.follow(line, NONE if level.closed else overstock_after(over.now, line))
        risk.follow(line, NONE if level.closed else risk_after(risk.now, line))
        there, promised = max(level.on_hand, 0), level.reserved + level.unavailable
        short.follow(line, AlertType.SHORTFALL if promised > there else NONE)
        oversold.follow(line, AlertType.OVERSOLD if level.on_hand < 0 else NONE)
    return [*stock.spells, *over.spells, *risk.spells, *short.spells, *oversold.spells]


def check_alerts(contents: Contents) -> None:
    """Prove that the alerts are those of the ledger, to the moment, and that each level has open what is open of it."""
    ledgers: dict[LevelKey, list[Movement]] = defaultdict(list)
    for line in contents.movements:
        ledgers[line.after.key].append(line)
    spells = [
        spell for lines in ledgers.values() for spell in spells_of(sorted(lines, key=lambda line: line.after.version))
    ]
    alerts = {document.id: document for document in contents.documents if isinstance(document, Alert)}
    assert sorted(alerts) == sorted(spell.id for spell in spells)
    for spell in spells:
        check_alert(alerts[spell.id], spell)
    for level in contents.levels:
        check_open(level, alerts)


def check_alert(alert: Alert, spell: Spell) -> None:
    """Prove that an alert is what its level went through, and what people noted of it."""
    opened, crossed, escalated, closed = spell.opened, spell.crossed, spell.escalated, spell.closed
    assert (alert.level_key, alert.type) == (opened.after.key, spell.type), alert
    assert (alert.created_at, alert.opened_by) == (opened.recorded_at, opened.operation_id), alert
    assert alert.escalated_at == (None if escalated is None else escalated.recorded_at), alert
    assert alert.closed_at == (None if closed is None else closed.recorded_at), alert
    assert alert.closed_by == (None if closed is None else closed.operation_id), alert
    assert alert.state is (AlertState.OPEN if closed is None else AlertState.CLOSED), alert
    assert (alert.change is AlertChange.CLOSED) is (closed is not None), alert
    assert (alert.available, alert.on_hand) == (crossed.after.available, crossed.after.on_hand), alert
    assert (alert.acknowledged_at is None) is (alert.acknowledged_by is None), alert
    assert alert.acknowledged_at is None or alert.acknowledged_at >= (alert.escalated_at or alert.created_at), alert
    assert (alert.snoozed_until is None) is (alert.snoozed_by is None), alert
    assert alert.snoozed_until is None or closed is None, alert
    if closed is None:
        assert alert.threshold == threshold_at(crossed, spell.type), alert


def threshold_at(line: Movement, type: AlertType) -> int | None:
    """Return the units at which a line crossed."""
    policy = line.after.policy
    return {
        AlertType.LOW: line.after.reorder_point,
        AlertType.OUT: 0,
        AlertType.SHORTFALL: 0,
        AlertType.OVERSOLD: 0,
        AlertType.OVERSTOCK: policy.overstock_point,
        AlertType.STOCKOUT_RISK: policy.risk_point,
    }[type]


def check_open(level: Level, alerts: dict[str, Alert]) -> None:
    """Prove that a level names exactly its open alerts."""
    named = {
        f"{level.key.location}/{level.key.sku}#{each.since}/{each.type.family}": each.type for each in level.alerts
    }
    assert len(named) == len(level.alerts), level
    found = {
        identity: alert.type
        for identity, alert in alerts.items()
        if alert.level_key == level.key and alert.closed_at is None
    }
    assert named == found, level
