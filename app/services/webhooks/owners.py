"""Whether the owners of webhooks may still see what their messages hold.

Rule: the database is asked, at each look of the dispatcher, so that nothing is sent for longer than some seconds after
a key was revoked, a user disabled, or either of them limited.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from app.domain.access.api_key import ApiKey
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.role import Role
from app.domain.access.user import User
from app.domain.time import Moment
from app.domain.webhooks.webhook import WebhookOwner
from app.services.access.ports import AccessLister
from app.services.ports import Clock


class WebhookOwners(Protocol):
    """Tells which owners may not see what their webhooks hold."""

    async def gone(self, owners: Collection[WebhookOwner]) -> Collection[WebhookOwner]:
        """Return those who are not active any more, see less by now, or are not known here. Raises Unavailable."""


class PresentOwners:
    """WebhookOwners by the keys, users and roles as they are now."""

    def __init__(self, access: AccessLister, *, clock: Clock) -> None:
        self._access = access
        self._clock = clock

    async def gone(self, owners: Collection[WebhookOwner]) -> Collection[WebhookOwner]:
        if not owners:
            return ()
        principals = await self._principals({owner.actor for owner in owners})
        return {
            owner
            for owner in owners
            if (principal := principals.get(owner.actor)) is None or not owner.is_still(principal)
        }

    async def _principals(self, actors: Collection[str]) -> Mapping[str, Principal]:
        keys = await self._access.keys_named(_names(actors, PrincipalKind.KEY))
        users = await self._access.users(_names(actors, PrincipalKind.PERSON))
        active = _active((*keys.values(), *users.values()), now=self._clock())
        roles: Mapping[str, Role] = await self._access.roles(
            list({role for holder in active for role in holder.grant.roles})
        )
        return {holder.actor: holder.principal(roles) for holder in active}


def _active(holders: Iterable[ApiKey | User], *, now: Moment) -> list[ApiKey | User]:
    return [each for each in holders if (each.is_active(now) if isinstance(each, ApiKey) else each.is_active)]


def _names(actors: Iterable[str], kind: PrincipalKind) -> list[str]:
    """Return the names behind the actors of a kind."""
    return [actor.removeprefix(f"{kind.value}:") for actor in actors if actor.startswith(f"{kind.value}:")]
