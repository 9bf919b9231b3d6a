"""Stock counts, and the levels that are due."""

from functools import partial

from app.domain.counting.count import Count
from app.domain.failures import BadArgument
from app.services.counting.filters import CountFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, Code, CountIntervals, CountsWhere, First, Id, Input
from schema.context import Info
from schema.inputs.counting import CountCancelInput, CountOpenInput, CountPostInput, CountRecordInput
from schema.payloads.counting import CountPayload, CountPostPayload
from schema.types.connection import Connection
from schema.types.counting.count import StockCount
from schema.types.counting.due_count import CountDue
from schema.types.identity import document_id


async def count(info: Info, id: Id) -> StockCount | None:
    """Return one count."""
    return await count_of(info, document_id(StockCount.__name__, id))


async def count_of(info: Info, identity: str) -> StockCount | None:
    """Return one count by the id behind its global id."""
    found = await info.context.loaders.document(Count, identity)
    return None if found is None else StockCount.from_domain(found)


async def counts(
    info: Info, filter: CountsWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[StockCount]:
    """Return a page of counts, the newest first."""
    service = info.context.services.counts
    where = filter.to_domain() if filter else CountFilter()
    page = await service.page_of_counts(where, first=first, after=after)
    return Connection.of(page, StockCount.from_domain, counter=partial(service.count_counts, where), after=after)


async def due(
    info: Info, location: Code, first: First = DEFAULT_PAGE_SIZE, classes: CountIntervals = None
) -> list[CountDue]:
    """Return the levels that are due for a count. Raises BadArgument."""
    every_days = {interval.abc_class: interval.every_days for interval in classes or ()}
    if len(every_days) < len(classes or ()):
        raise BadArgument("`classes` must name each class once at most.")
    found = await info.context.services.cycle_counts.due(location, first=first, every_days=every_days)
    return [CountDue.from_domain(each) for each in found]


async def open_(info: Info, input: Input[CountOpenInput]) -> CountPayload:
    """Open a count."""
    scope = input.scope
    outcome = await info.context.services.counts.open(
        input.location,
        category=scope.category if scope else None,
        tags=tuple(scope.tags or ()) if scope else (),
        skus=tuple(scope.skus) if scope and scope.skus is not None else None,
        is_blind=input.is_blind,
        mode=input.mode,
        request=input.request(info.context.principal),
    )
    return CountPayload.from_outcome(outcome)


async def record(info: Info, input: Input[CountRecordInput]) -> CountPayload:
    """Record counted quantities."""
    outcome = await info.context.services.counts.record(
        document_id(StockCount.__name__, input.id),
        input.counted(),
        counted_by=input.counted_by,
        request=input.request(info.context.principal),
    )
    return CountPayload.from_outcome(outcome)


async def post(info: Info, input: Input[CountPostInput]) -> CountPostPayload:
    """Post a count."""
    posting = await info.context.services.counts.post(
        document_id(StockCount.__name__, input.id), rule=input.uncounted, request=input.request(info.context.principal)
    )
    return CountPostPayload.from_posting(posting)


async def cancel(info: Info, input: Input[CountCancelInput]) -> CountPayload:
    """Cancel a count."""
    outcome = await info.context.services.counts.cancel(
        document_id(StockCount.__name__, input.id), request=input.request(info.context.principal)
    )
    return CountPayload.from_outcome(outcome)
