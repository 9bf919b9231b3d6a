"""Policies after a change."""

from typing import Self

import strawberry

from app.domain.outcome import Outcome
from app.domain.replenishment.policy_defaults import PolicyDefaults
from schema.payloads.payload import Payload
from schema.types.replenishment.policy import ReplenishmentPolicy


@strawberry.type(
    description="The outcome of a change of a policy. The levels are updated in the background: see `isApplied`."
)
class ReplenishmentPolicyPayload(Payload):
    """A policy after the change."""

    policy: ReplenishmentPolicy | None = strawberry.field(
        default=None, description="The policy as it is now; null where the request was refused."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        defaults = outcome.shown(PolicyDefaults)
        return cls.accepted(outcome, policy=defaults and ReplenishmentPolicy.from_domain(defaults))
