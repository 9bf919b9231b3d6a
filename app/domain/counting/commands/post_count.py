"""Post a count: each level changes by its variance, in one movement of reason COUNT.

A count has as many lines as a location has items, so it is posted in chunks, each an operation. Rule: a line that
cannot be posted does not prevent the others, and no line is posted twice, however often a client or process posts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.domain.command import Decision, Line, ReadSet, View, required, unknown
from app.domain.counting.commands.count_checks import known_line
from app.domain.counting.count import Count, CountState, UncountedRule, count_key
from app.domain.counting.count_line import Correction, CountLine, count_line_key
from app.domain.errors import InsufficientStock, InvalidValue, InventoryError, Refused
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.operation import CommandInfo
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import Allowance, LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.stock.past_level import PastLevel, level_at
from app.domain.time import Moment
from app.domain.validation import info_errors

UNDER_WAY = frozenset({CountState.OPEN, CountState.POSTING})


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingChunk:
    """The items of one step, at most 1,000: the counted ones, and the uncounted ones that are assumed to be gone.

    `is_last` where none is left after it. `corrections` are read from the ledger for levels that were corrected after
    they were counted, and `past` are the uncounted levels as they were when posting began.
    """

    counted: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    is_last: bool
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    past: Mapping[LevelKey, PastLevel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert len(self.skus) <= MAX_LINES_PER_OPERATION, len(self.skus)

    @property
    def skus(self) -> tuple[str, ...]:
        """All of its items."""
        return (*self.counted, *self.uncounted)

    def read_set(self, count_id: str, location: str) -> ReadSet:
        """Return what its posting needs to read."""
        return ReadSet(
            levels=tuple(LevelKey(sku, location) for sku in self.skus),
            items=self.uncounted,
            documents=(count_key(count_id), *(count_line_key(count_id, sku) for sku in self.skus)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCount:
    """Begin to post a count with its first chunk, or continue where posting was interrupted.

    The `rule` with which posting began is kept. `location` is the count's; None where there is no such count.
    `uncounted` is the number of uncounted levels in scope when it was looked up.
    """

    info: CommandInfo
    count_id: str
    location: str | None
    rule: UncountedRule
    uncounted: int
    chunk: PostingChunk

    def content(self) -> object:
        """Return the input; the chunk follows from the state and is not part of it."""
        return (self.count_id, self.rule.value)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        if self.location is None:
            return ReadSet(documents=(count_key(self.count_id),))
        return self.chunk.read_set(self.count_id, self.location)

    def decide(self, view: View) -> Decision:
        """Decide. Lines that cannot be posted are refused, and the count stays POSTING.

        Raises UnknownDocument, WrongState, or Refused where none can be.
        """
        if self.location is None:
            raise unknown(count_key(self.count_id))
        count = required(view, count_key(self.count_id), Count, states=UNDER_WAY)
        is_beginning = count.state is CountState.OPEN
        begun = count.posting(self.rule, uncounted=self.uncounted, at=view.now)
        return _posted(view, begun, self.chunk, is_beginning=is_beginning)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCountChunk:
    """Post one more chunk of a count whose posting has begun. Does nothing for a count that is posted."""

    info: CommandInfo
    count_id: str
    location: str
    chunk: PostingChunk

    def content(self) -> object:
        return (self.count_id, self.chunk.counted, self.chunk.uncounted, self.chunk.is_last)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return self.chunk.read_set(self.count_id, self.location)

    def decide(self, view: View) -> Decision:
        """Decide. Lines that cannot be posted are refused. Raises Refused where none can be posted."""
        count = required(
            view, count_key(self.count_id), Count, states=frozenset({CountState.POSTING, CountState.POSTED})
        )
        if count.state is CountState.POSTED:
            return Decision()
        return _posted(view, count, self.chunk, is_beginning=False)


def _posted(view: View, count: Count, chunk: PostingChunk, *, is_beginning: bool) -> Decision:
    movements: list[Line] = []
    lines: list[CountLine] = []
    refusals: dict[int, InventoryError] = {}
    uncounted = frozenset(chunk.uncounted)
    for index, sku in enumerate(chunk.skus):
        try:
            line = known_line(view, count.id, sku)
            if line is None and sku in uncounted:
                line = _assumed(view, count, sku, chunk, is_beginning=is_beginning)
            if line is None or line.is_posted:
                continue
            movement, line = _movement(view, line, chunk)
        except InventoryError as error:
            refusals[index] = error.with_field(("id",))
            continue
        count = count.with_line(None, line) if line.is_assumed else count
        movements.append(movement)
        lines.append(line)
    if refusals and not lines:
        raise Refused(*dict.fromkeys(refusals.values()))  # an archived location is reported once
    count = count.with_posted(len(lines))
    is_through = chunk.is_last or count.rule is UncountedRule.IGNORE
    if is_through and not refusals and count.lines_posted == count.lines:
        count = count.posted(at=view.now)
    return Decision(lines=tuple(movements), documents=(count, *lines), refusals=refusals)


def _movement(view: View, line: CountLine, chunk: PostingChunk) -> tuple[Line, CountLine]:
    level = view.stock(line.level_key, even_archived=True)
    units = line.variance if line.is_assumed else line.outstanding(level, chunk.corrections.get(line.sku))
    allowance = Allowance.NONE if line.is_assumed else Allowance.SHORTFALL
    change = LevelChange(on_hand=units)
    refusal = level.refusal(change, allowance)
    if refusal is not None:
        raise _unposted(level, line, units) if isinstance(refusal, InsufficientStock) else refusal
    movement = Line(key=level.key, change=change, reason=MovementReason.COUNT, allowance=allowance)
    return movement, line.posted(units, version=level.version + 1)


def _unposted(level: Level, line: CountLine, units: int) -> InvalidValue:
    """Return the error of a line that cannot be posted, with what to do about it."""
    if line.is_assumed:
        promised = level.reserved + level.unavailable + level.backordered
        rule = f"cannot be taken for gone, as {promised} are promised or unavailable: count it in another count"
        return InvalidValue(what=f"The uncounted stock of {level.key}", rule=rule)
    missing = -(level.on_hand + units)
    rule = f"is {missing} short of what has left since it was taken: count it again in another count"
    return InvalidValue(what=f"The count of {level.key}", rule=rule)


def _assumed(view: View, count: Count, sku: str, chunk: PostingChunk, *, is_beginning: bool) -> CountLine | None:
    """Return the line of an uncounted item, which assumes that it is gone.

    The units are those on hand when posting began, as far as they are still on record.

    None where none of them is left, or where another count has counted them since.
    """
    key = LevelKey(sku, count.location)
    level, begun = view.stock(key, even_archived=True), count.posting_at
    assert begun is not None, count
    if is_beginning:
        expected = level.on_hand
    else:
        then = level_at(begun, now=level, past=chunk.past.get(key))
        if level.counted_at > then.counted_at:
            return None
        expected = min(then.on_hand, level.on_hand)
    if expected == 0:
        return None
    item = view.item(sku)
    assert item is not None, key
    return CountLine(
        id=count_line_key(count.id, sku).id,
        created_at=view.now,
        count=count.id,
        sku=sku,
        location=count.location,
        expected=expected,
        unit_cost=item.unit_cost,
        is_assumed=True,
    )
