"""Replenishment needs, advice, runs, and declining a need."""

from dataclasses import replace
from functools import partial
from typing import Annotated

import strawberry

from app.services.filters import LevelFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.replenishment.periodic_review import DEFAULT_HOLDING_RATE
from schema.arguments import After, First, Input, LevelsWhere
from schema.context import Info
from schema.inputs.replenishment.run import (
    ReplenishmentNeedResumeInput,
    ReplenishmentNeedSnoozeInput,
    ReplenishmentRunInput,
)
from schema.inputs.replenishment.simulation import ReplenishmentSimulationInput
from schema.payloads.replenishment.run import (
    ReplenishmentNeedResumePayload,
    ReplenishmentNeedSnoozePayload,
    ReplenishmentRunPayload,
)
from schema.types.connection import Connection
from schema.types.replenishment.need import ReplenishmentAdvice, ReplenishmentNeed
from schema.types.replenishment.simulation import ReplenishmentSimulation

AtReview = Annotated[
    bool,
    strawberry.argument(
        description="Whether to return what PERIODIC levels need at today's review, instead of what is needed at any "
        "time."
    ),
]
ServiceLevel = Annotated[
    float | None,
    strawberry.argument(
        description="The share of order cycles without a stock-out to aim at, 0.5 to 0.9999; that of each level's "
        "policy where left out, then only for DEMAND_BASED levels."
    ),
]
HoldingRate = Annotated[
    float,
    strawberry.argument(description="The holding cost of a unit per year, as a share of its unit cost, above 0 to 10."),
]


async def needs(
    info: Info,
    *,
    filter: LevelsWhere = None,
    at_review: AtReview = False,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[ReplenishmentNeed]:
    """Return a page of needs."""
    service = info.context.services.replenishment
    where = _open(filter.to_domain() if filter else LevelFilter())
    page = await service.needs(where, is_review=at_review, first=first, after=after)
    counter = partial(service.count_needs, where, is_review=at_review)
    return Connection.of(page, ReplenishmentNeed.from_domain, counter=counter, after=after)


async def advice(
    info: Info,
    *,
    filter: LevelsWhere = None,
    service_level: ServiceLevel = None,
    holding_rate: HoldingRate = DEFAULT_HOLDING_RATE,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Connection[ReplenishmentAdvice]:
    """Return a page of advice."""
    service = info.context.services.replenishment
    where = _open(filter.to_domain() if filter else LevelFilter())
    page = await service.advice(where, service_level=service_level, holding_rate=holding_rate, first=first, after=after)
    counter = partial(service.count_levels, where)
    return Connection.of(page, ReplenishmentAdvice.from_domain, counter=counter, after=after)


async def simulation(
    info: Info,
    input: Annotated[
        ReplenishmentSimulationInput, strawberry.argument(description="The level, the days, and the settings to try.")
    ],
) -> ReplenishmentSimulation | None:
    """Replay a level with another policy."""
    found = await info.context.services.simulations.of(
        input.key, days=input.days, change=input.settings(), lead_time_days=input.lead_time_days
    )
    return None if found is None else ReplenishmentSimulation.from_domain(found)


async def run(info: Info, input: Input[ReplenishmentRunInput]) -> ReplenishmentRunPayload:
    """Run replenishment."""
    done = await info.context.services.replenishment.run(
        skus=None if input.skus is None else tuple(input.skus),
        locations=None if input.locations is None else tuple(input.locations),
        is_review=input.at_review or bool(input.review),
        request=input.request(info.context.principal),
    )
    return ReplenishmentRunPayload.from_outcome(done)


async def snooze(info: Info, input: Input[ReplenishmentNeedSnoozeInput]) -> ReplenishmentNeedSnoozePayload:
    """Decline the need of a level for a while."""
    outcome = await info.context.services.replenishment.snooze(
        input.key(), until=input.end(), even_if_worse=input.even_if_worse, request=input.request(info.context.principal)
    )
    return ReplenishmentNeedSnoozePayload.from_outcome(outcome)


async def resume(info: Info, input: Input[ReplenishmentNeedResumeInput]) -> ReplenishmentNeedResumePayload:
    """Resume replenishment of a level."""
    outcome = await info.context.services.replenishment.resume(
        input.key(), request=input.request(info.context.principal)
    )
    return ReplenishmentNeedResumePayload.from_outcome(outcome)


def _open(where: LevelFilter) -> LevelFilter:
    """Return the filter without archived items, unless it asks for them: nothing is ordered for those."""
    return where if where.is_archived is not None else replace(where, is_archived=False)
