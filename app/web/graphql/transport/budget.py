"""What a budget is to the transport: something that operations and events are charged to.

Rule: an operation is charged before it runs, by the bound of its cost, and what it did not use is given back.
"""

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol

from graphql import GraphQLError

from app.web.graphql.transport.documents.cache import PreparedOperation, Rejected

# Of an event, of the operation's cost: most of that is the read that an event does without. An event of ten fields
# takes some 40 µs, and its subscription costs 110 to 150.
EVENT_WEIGHT = 0.25
DELIVERY = 10  # of one event to one subscriber, wherever it is executed: a point is about a microsecond

MAX_EVENT_WAIT_SECONDS = 1.0  # of one look at the budget, whose level other processes change, too

# Of a document that is rejected: parsing and validating it takes 1 to 20 ms, and up to 80 of one as large as may be.
REJECTED = 500
REJECTED_PER_CHARACTER = 5
MAX_CHARACTERS_CHARGED = 16_000  # the maximum of tokens ends the parsing of longer ones


class OperationBudget(Protocol):
    """The budget of the client of one operation, in units of cost."""

    @property
    def key(self) -> Hashable:
        """Equal for budgets of one client."""

    @property
    def maximum(self) -> float:
        """The most that can ever be there."""

    @property
    def restore_rate(self) -> float:
        """How much is restored in each second."""

    def available(self) -> float:
        """Return how much is there now; below 0 where events took more."""

    def take(self, cost: float) -> float:
        """Charge an operation and return 0; or charge nothing and return the seconds until so much is there."""

    def give_back(self, cost: float) -> None:
        """Take back a part of what was charged."""

    def spend(self, cost: float) -> None:
        """Charge what has happened, an event, whether there is enough or not."""

    def event_wait(self) -> float:
        """Return how many seconds the next event of a subscription has to wait; 0 if it may be sent."""


# Returns the budget of an operation's context; None where there is no limit.
BudgetOf = Callable[[Any], OperationBudget | None]


def charge(
    budget: OperationBudget, operation: PreparedOperation, variables: Mapping[str, Any] | None, cost: int
) -> None:
    """Charge an operation. Raise Rejected where it can never be paid, a GraphQLError THROTTLED where not now."""
    wait = budget.take(cost)
    if not wait:
        return
    if math.isinf(wait):
        raise Rejected(operation.too_expensive(variables, cost, maximum=int(budget.maximum)))
    seconds = math.ceil(wait * 10) / 10
    available = max(0, math.floor(budget.available()))
    raise GraphQLError(
        f"The operation may cost {cost:,}, and {available:,} of the budget are left. Try again in {seconds:g} s.",
        extensions={
            "code": "THROTTLED",
            "retryAfterSeconds": seconds,
            "cost": report(operation, cost, budget=budget),
        },
    )


def check_paid(budget: OperationBudget) -> None:
    """Raise a GraphQLError THROTTLED while more was charged than there was: before any work for a new document."""
    available = budget.available()
    if available >= 0:
        return
    seconds = math.ceil(-available / budget.restore_rate * 10) / 10
    raise GraphQLError(
        f"The budget is used up, by documents that were rejected or by events. Try again in {seconds:g} s.",
        extensions={"code": "THROTTLED", "retryAfterSeconds": seconds},
    )


def cost_of_rejected(text: str) -> int:
    """Return what a document costs that was parsed and validated in vain."""
    return REJECTED + REJECTED_PER_CHARACTER * min(len(text), MAX_CHARACTERS_CHARGED)


def report(
    operation: PreparedOperation, cost: int, *, actual: float | None = None, budget: OperationBudget | None = None
) -> dict[str, Any]:
    """Return the entry `cost` of a response's `extensions`, with the names that Shopify's clients know."""
    found: dict[str, Any] = {"requested": cost, "maximum": operation.max_cost}
    if budget is None:
        return found
    status = {
        "maximumAvailable": math.floor(budget.maximum),
        "currentlyAvailable": max(0, math.floor(budget.available())),
        "restoreRate": math.floor(budget.restore_rate),
    }
    return found | ({} if actual is None else {"actual": actual}) | {"throttleStatus": status}


def unlimited(_: object) -> None:
    """Return no budget: operations cost nothing."""
    return
