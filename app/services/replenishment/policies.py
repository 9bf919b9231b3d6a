"""Use cases of replenishment policies: the settings that levels inherit."""

from app.domain.outcome import Outcome
from app.domain.replenishment.commands.set_policy_defaults import ClearPolicyDefaults, SetPolicyDefaults
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.ports import DocumentReader
from app.services.replenishment.filters import PolicyFilter
from app.services.request_info import RequestInfo


class Policies:
    """Changes and reads policies. Every change raises Refused, Overloaded or Unavailable; the levels follow later."""

    def __init__(self, *, bus: CommandBus, documents: DocumentReader) -> None:
        self._bus = bus
        self._documents = documents

    async def set(self, scope: PolicyScope, name: str, change: SettingsChange, *, request: RequestInfo) -> Outcome:
        """Set or drop single settings of a scope."""
        return await self._bus.run(
            "replenishmentPolicySet",
            request,
            lambda info: SetPolicyDefaults(info=info, scope=scope, name=name, change=change),
        )

    async def clear(self, scope: PolicyScope, name: str, *, request: RequestInfo) -> Outcome:
        """Drop all settings of a scope."""
        return await self._bus.run(
            "replenishmentPolicyClear", request, lambda info: ClearPolicyDefaults(info=info, scope=scope, name=name)
        )

    async def policies(self, where: PolicyFilter, *, first: int, after: str | None) -> Page[PolicyDefaults]:
        """Return a page of policies that set something, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page)

    async def count_policies(self, where: PolicyFilter) -> int:
        """Return how many policies match."""
        return await self._documents.count_documents(where)
