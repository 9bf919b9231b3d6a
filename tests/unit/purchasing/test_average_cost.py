"""What units are worth on average, after some turned out never to have come."""

import pytest

from app.domain.money import MAX_MONEY, Money
from app.domain.purchasing.commands.average_cost import average_without, moving_average


@pytest.mark.parametrize(
    ("average", "on_hand", "units", "cost", "after"),
    [
        (14, 5, 2, 20, 10),  # as many are left as are taken back: exactly what the others cost
        (30, 100, 50, 40, 20),
        (3, 100, 99, 2, 4),  # one is left: not worth 102, which nobody has paid for any
        (2, 10, 9, 3, 1),
        (30, 10, 10, 20, 30),  # none is left
        (30, 10, 12, 20, 30),
        (10, 10, 5, 30, 10),  # it would be worth less than nothing
    ],
)
def test_what_is_taken_back_moves_the_average_no_further_than_its_cost_is_away(
    average: int, on_hand: int, units: int, cost: int, after: int
) -> None:
    """Also where few are left of those that it was the average of."""
    assert average_without(Money(average), on_hand=on_hand, units=units, cost=Money(cost)) == after


def test_the_average_stays_within_what_can_be_told() -> None:
    """And what is the first to have a cost gives it to all."""
    assert moving_average(None, on_hand=3, units=1, cost=Money(5)) == 5
    assert moving_average(Money(7), on_hand=3, units=0, cost=Money(5)) == 7
    assert moving_average(Money(MAX_MONEY), on_hand=3, units=1, cost=Money(MAX_MONEY)) == MAX_MONEY
