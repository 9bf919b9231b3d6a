"""Use cases of roles."""

from collections.abc import Iterator, Sequence

from msgspec import structs

from app.domain.access.access_checks import combination_errors, description_errors, name_errors, role_scope_errors
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.scope import Scope
from app.domain.errors import InvalidValue, InventoryError, NotActive, Refused, RoleInUse, UnknownName
from app.domain.limits import MAX_HOLDERS_NAMED, MAX_ROLES
from app.domain.partial_update import UNCHANGED, Unchanged, updated
from app.domain.time import Moment
from app.services.access.administration.administration import AccessChanged, Administration, Decide, refuse
from app.services.access.filters import RoleFilter
from app.services.access.ports import AccessLister, AccessTurn
from app.services.request_info import RequestInfo

KIND = "ROLE"
MAX_HOLDERS_CHECKED = 1_000  # limited ones, whose limits a change of their role might contradict


class Roles:
    """Makes, changes and reads roles. Every change raises Refused and Unavailable."""

    def __init__(self, *, administration: Administration, access: AccessLister) -> None:
        self._administration = administration
        self._access = access

    async def upsert(
        self,
        name: str,
        *,
        scopes: frozenset[Scope] | Unchanged = UNCHANGED,
        description: str | Unchanged | None = UNCHANGED,
        request: RequestInfo,
    ) -> AccessChanged[Role]:
        """Make a role, or change what is given of it. Those who have it may do what it says from then on."""
        refuse(
            [
                *name_errors(name, what="A role's"),
                *_built_in_errors(name),
                *(() if isinstance(scopes, Unchanged) else role_scope_errors(scopes)),
                *(() if isinstance(description, Unchanged) else description_errors(description)),
            ]
        )

        async def decide(turn: AccessTurn, now: Moment) -> Role:
            roles = dict(await turn.roles())
            old = roles.get(name)
            if old is None and isinstance(scopes, Unchanged):
                refuse(role_scope_errors(frozenset()))
            if old is None and sum(role.is_active and not role.is_built_in for role in roles.values()) >= MAX_ROLES:
                raise Refused(InvalidValue(what="The number of roles", rule=f"is at most {MAX_ROLES}", field=("name",)))
            if old is not None and not old.is_active:
                raise Refused(NotActive(kind=KIND, name=name))
            before = old or Role(name=name, scopes=frozenset(), version=0, created_at=now, created_by=request.author)
            role = structs.replace(
                before,
                scopes=updated(scopes, before.scopes),
                description=updated(description, before.description),
                version=before.version + 1,
                changed_at=now,
            )
            roles[name] = role
            for holder in await turn.holders(name, is_limited=True, limit=MAX_HOLDERS_CHECKED):
                refuse(combination_errors(holder.grant, roles=roles, field=("scopes",)))
            await turn.put_role(role)
            return role

        content = (str(scopes) if isinstance(scopes, Unchanged) else tuple(sorted(scopes)), description)
        return await self._change("roleUpsert", name, content, request, decide)

    async def delete(self, name: str, *, request: RequestInfo) -> AccessChanged[Role]:
        """Delete a role that no key and no user has; one that was deleted before stays so."""
        refuse(_built_in_errors(name))

        async def decide(turn: AccessTurn, now: Moment) -> Role:
            role = (await turn.roles()).get(name)
            if role is None:
                raise Refused(UnknownName(kind=KIND, name=name))
            if not role.is_active:
                return role
            holders = await turn.holders(name, is_limited=False, limit=MAX_HOLDERS_NAMED)
            if holders:
                raise Refused(RoleInUse(role=name, holders=[holder.actor for holder in holders]))
            deleted = structs.replace(
                role, deleted_at=now, deleted_by=request.author, version=role.version + 1, changed_at=now
            )
            await turn.put_role(deleted)
            return deleted

        return await self._change("roleDelete", name, (), request, decide)

    async def role(self, name: str) -> Role | None:
        """Return one role, perhaps a deleted one."""
        return (await self._access.roles([name])).get(name)

    async def roles(self, where: RoleFilter) -> Sequence[Role]:
        """Return the roles: those built in, and the others by name."""
        custom = await self._access.custom_roles(where)
        return [*(BUILT_IN_ROLES.values() if where.is_active is not False else ()), *custom]

    async def _change(
        self, kind: str, name: str, content: tuple[object, ...], request: RequestInfo, decide: Decide[Role]
    ) -> AccessChanged[Role]:
        async def find(turn: AccessTurn) -> Role | None:
            return (await turn.roles()).get(name)

        return await self._administration.change(
            kind, name, content=content, request=request, find=find, decide=decide, announced=f"role:{name}"
        )


def _built_in_errors(name: str) -> Iterator[InventoryError]:
    if name in BUILT_IN_ROLES:
        yield InvalidValue(what=f"The role {name}", rule="is built in, and does not change", field=("name",))
