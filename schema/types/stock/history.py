"""The history of a level, in points for plots and sparklines."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from app.domain.insight.level_history import MAX_HISTORY_POINTS, HistoryPoint
from app.domain.insight.window import MAX_WINDOW_DAYS
from app.domain.time import datetime_of
from schema.scalars import BigInt

HistoryDays = Annotated[
    int,
    strawberry.argument(
        description=f"The period in days of 24 hours, counted back from now: 1 to {MAX_WINDOW_DAYS:,}. All movements "
        "within it are read."
    ),
]
HistoryPoints = Annotated[
    int,
    strawberry.argument(
        description=f"Into how many parts of the same length the period is cut: 1 to {MAX_HISTORY_POINTS}. As many as "
        "days: a point per day."
    ),
]


@strawberry.type(
    description="A level at the end of one part of a period, in units, and what moved within that part. A part without "
    "movements has the units of the one before."
)
class StockLevelPoint:
    at: datetime = strawberry.field(description="The end of the part; of the last one, now.")
    on_hand: int | None = strawberry.field(description="Units on hand at that time; null before the level began.")
    available: int | None = strawberry.field(
        description="Units available at that time, as if nothing were archived; null before the level began."
    )
    units_in: BigInt = strawberry.field(description="Units added on hand within the part, for any reason.")
    units_out: BigInt = strawberry.field(description="Units removed from on hand within the part, for any reason.")
    units_sold: BigInt = strawberry.field(description="Net units sold within the part: sales less returns.")
    units_received: BigInt = strawberry.field(
        description="Units received within the part, from suppliers or other locations."
    )

    @classmethod
    def from_domain(cls, point: HistoryPoint) -> Self:
        counts = point.counts
        return cls(
            at=datetime_of(point.at),
            on_hand=None if counts is None else counts.on_hand,
            available=None if counts is None else counts.available,
            units_in=BigInt(point.units_in),
            units_out=BigInt(point.units_out),
            units_sold=BigInt(point.units_sold),
            units_received=BigInt(point.units_received),
        )
