"""Plain numbers that are taken over tell the same as the library's own observations."""

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from app.telemetry.plain_numbers import Increments, LabelledObservations, Observations, TakenOver

BOUNDS = (0.5, 1.0, 10.0)
AMOUNTS = (0.0, 0.25, 0.5, 0.50001, 1.0, 3.0, 10.0, 11.0, 1e9)


def exposed(registry: CollectorRegistry) -> list[str]:
    """Return what is served, without the moments at which metrics were made."""
    return [line for line in generate_latest(registry).decode().splitlines() if "_created" not in line]


@pytest.mark.parametrize("rounds", [1, 3])
def test_what_is_taken_over_is_what_the_library_would_have_counted(rounds: int) -> None:
    """Each bucket, the number and the sum: also of amounts at a bound, above the last, and of several rounds."""
    plain, own = CollectorRegistry(), CollectorRegistry()
    observed = Observations(Histogram("alone", "Alone.", registry=plain, buckets=BOUNDS))
    labelled = LabelledObservations(Histogram("each", "Each.", ["of"], registry=plain, buckets=BOUNDS))
    increments = Increments(Counter("times", "Times.", registry=plain))
    taken_over: tuple[TakenOver, ...] = (observed, labelled, increments)
    alone = Histogram("alone", "Alone.", registry=own, buckets=BOUNDS)
    each = Histogram("each", "Each.", ["of"], registry=own, buckets=BOUNDS)
    times = Counter("times", "Times.", registry=own)
    for number, amount in enumerate(AMOUNTS * rounds):
        observed.observe(amount)
        alone.observe(amount)
        labelled.labels(str(number % 2)).observe(amount)
        each.labels(str(number % 2)).observe(amount)
        increments.inc(number)
        times.inc(number)
        if number % len(AMOUNTS) == len(AMOUNTS) - 1:
            for some in taken_over:
                some.take_over()
    for some in taken_over:
        some.take_over()  # the second time in a row it has grown by nothing
    assert exposed(plain) == exposed(own)
    assert 'alone_bucket{le="+Inf"}' in "".join(exposed(plain))
