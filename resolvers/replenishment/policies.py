"""Policies that levels inherit."""

from functools import partial

from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.replenishment.filters import PolicyFilter
from schema.arguments import After, First, Input, PoliciesWhere
from schema.context import Info
from schema.inputs.replenishment.policy import ReplenishmentPolicyClearInput, ReplenishmentPolicySetInput
from schema.payloads.replenishment.policy import ReplenishmentPolicyPayload
from schema.types.connection import Connection
from schema.types.replenishment.policy import ReplenishmentPolicy


async def policy_of(info: Info, identity: str) -> ReplenishmentPolicy | None:
    """Return one policy by the id behind its global id; None where it sets nothing."""
    found = await info.context.loaders.document(PolicyDefaults, identity)
    return ReplenishmentPolicy.from_domain(found) if found is not None and found.sets_something else None


async def policies(
    info: Info, filter: PoliciesWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[ReplenishmentPolicy]:
    """Return a page of policies, the newest first."""
    service = info.context.services.policies
    where = filter.to_domain() if filter else PolicyFilter()
    page = await service.policies(where, first=first, after=after)
    convert, counter = ReplenishmentPolicy.from_domain, partial(service.count_policies, where)
    return Connection.of(page, convert, counter=counter, after=after)


async def set_(info: Info, input: Input[ReplenishmentPolicySetInput]) -> ReplenishmentPolicyPayload:
    """Set replenishment settings of a scope."""
    outcome = await info.context.services.policies.set(
        input.scope, input.name or "", input.settings(), request=input.request(info.context.principal)
    )
    return ReplenishmentPolicyPayload.from_outcome(outcome)


async def clear(info: Info, input: Input[ReplenishmentPolicyClearInput]) -> ReplenishmentPolicyPayload:
    """Clear the replenishment settings of a scope."""
    outcome = await info.context.services.policies.clear(
        input.scope, input.name or "", request=input.request(info.context.principal)
    )
    return ReplenishmentPolicyPayload.from_outcome(outcome)
