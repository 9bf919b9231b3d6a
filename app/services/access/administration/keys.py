"""Use cases of API keys. Rule: a key is shown once, by the request that made it, and never again."""

from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from app.domain.access.access_checks import description_errors, expiry_errors, grace_errors, name_errors
from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.errors import NameTaken, NotActive, Refused, UnknownName
from app.domain.partial_update import UNCHANGED, Unchanged, updated
from app.domain.time import Moment, moment_of
from app.services.access.administration.administration import AccessChanged, Administration, Decide, refuse
from app.services.access.administration.grants import GrantChange, Grants, checked
from app.services.access.filters import ApiKeyFilter
from app.services.access.ports import AccessLister, AccessTurn, KeyHasher, PresentedKey
from app.services.paging import Page, page_request
from app.services.ports import Clock
from app.services.request_info import RequestInfo

KIND = "API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyChanged:
    """The key as it is now, and the whole of it with a new secret, where the request has made one just now."""

    key: ApiKey
    replayed: bool
    text: str | None = field(default=None, repr=False)


class ApiKeys:
    """Makes, changes and reads keys. Every change raises Refused and Unavailable."""

    def __init__(
        self,
        *,
        administration: Administration,
        access: AccessLister,
        grants: Grants,
        hasher: KeyHasher,
        clock: Clock,
    ) -> None:
        self._administration = administration
        self._access = access
        self._grants = grants
        self._hasher = hasher
        self._clock = clock

    async def create(
        self,
        name: str,
        *,
        grant: GrantChange,
        description: str | None,
        documents_only: bool,
        expires_at: datetime | None,
        request: RequestInfo,
    ) -> ApiKeyChanged:
        """Make a key."""
        return await self.create_as(
            self._hasher.new_key(),
            name,
            grant=grant,
            description=description,
            documents_only=documents_only,
            expires_at=expires_at,
            request=request,
        )

    async def create_as(
        self,
        presented: PresentedKey,
        name: str,
        *,
        grant: GrantChange,
        description: str | None = None,
        documents_only: bool = False,
        expires_at: datetime | None = None,
        request: RequestInfo,
    ) -> ApiKeyChanged:
        """Make a key of this text."""
        end = None if expires_at is None else moment_of(expires_at)
        refuse([*name_errors(name, what="A key's"), *description_errors(description)])
        locations = await self._grants.known_locations(grant)

        async def decide(turn: AccessTurn, now: Moment) -> ApiKey:
            refuse(expiry_errors(end, now=now))
            if await turn.key(name) is not None:
                raise Refused(NameTaken(kind=KIND, name=name))
            key = ApiKey(
                name=name,
                prefix=presented.prefix,
                secrets=(KeySecret(hash=self._hasher.hash_of(presented), made_at=now),),
                grant=checked(grant, Grant(), roles=await turn.roles(), locations=locations),
                description=description,
                documents_only=documents_only,
                expires_at=end,
                created_at=now,
                created_by=request.author,
                changed_at=now,
            )
            await turn.put_key(key)
            return key

        content = (grant.content, description, documents_only, end)
        return _shown(await self._change("apiKeyCreate", name, content, request, decide), presented)

    async def update(
        self,
        name: str,
        *,
        grant: GrantChange,
        description: str | Unchanged | None = UNCHANGED,
        documents_only: bool | Unchanged = UNCHANGED,
        expires_at: datetime | Unchanged | None = UNCHANGED,
        request: RequestInfo,
    ) -> ApiKeyChanged:
        """Change what is given of a key that was not revoked."""
        end = moment_of(expires_at) if isinstance(expires_at, datetime) else expires_at
        if not isinstance(description, Unchanged):
            refuse(description_errors(description))
        locations = await self._grants.known_locations(grant)

        async def decide(turn: AccessTurn, now: Moment) -> ApiKey:
            key = await _unrevoked(turn, name)
            if not isinstance(end, Unchanged):
                refuse(expiry_errors(end, now=now))
            return await _put(
                turn,
                structs.replace(
                    key,
                    grant=checked(grant, key.grant, roles=await turn.roles(), locations=locations),
                    description=updated(description, key.description),
                    documents_only=updated(documents_only, key.documents_only),
                    expires_at=updated(end, key.expires_at),
                ),
                now,
            )

        content = (grant.content, description, documents_only, end)
        return _shown(await self._change("apiKeyUpdate", name, content, request, decide))

    async def rotate(self, name: str, *, grace_seconds: int, request: RequestInfo) -> ApiKeyChanged:
        """Give a key a new secret. The former one is active for so many seconds more, or until the next rotation."""
        refuse(grace_errors(grace_seconds))
        presented: PresentedKey | None = None  # of the last attempt, which is the one that is kept

        async def decide(turn: AccessTurn, now: Moment) -> ApiKey:
            nonlocal presented
            key = await _unrevoked(turn, name)
            if not key.is_active(now):
                raise Refused(NotActive(kind=KIND, name=name))
            presented = self._hasher.with_new_secret(key.prefix)
            rotated = key.rotated(self._hasher.hash_of(presented), grace_seconds=grace_seconds, now=now)
            return await _put(turn, rotated, now)

        changed = await self._change("apiKeyRotate", name, (grace_seconds,), request, decide)
        return _shown(changed, presented)

    async def revoke(self, name: str, *, request: RequestInfo) -> ApiKeyChanged:
        """Revoke a key, for good. One that was revoked before stays as it is."""

        async def decide(turn: AccessTurn, now: Moment) -> ApiKey:
            key = await _known(turn, name)
            if key.revoked_at is not None:
                return key
            return await _put(turn, structs.replace(key, revoked_at=now, revoked_by=request.author), now)

        return _shown(await self._change("apiKeyRevoke", name, (), request, decide))

    async def key(self, name: str) -> ApiKey | None:
        """Return one key."""
        return (await self._access.keys_named([name])).get(name)

    async def keys(self, where: ApiKeyFilter, *, first: int, after: str | None) -> Page[ApiKey]:
        """Return a page of keys by name, active or not as of now. Raises BadArgument."""
        return await self._access.page_of_keys(
            where, page=page_request(order="NAME", shape=(str,), first=first, after=after)
        )

    async def count_keys(self, where: ApiKeyFilter) -> int:
        """Return how many keys match."""
        return await self._access.count_keys(where)

    def now(self) -> Moment:
        """Return the present moment, which lists of active keys are as of."""
        return self._clock()

    async def _change(
        self, kind: str, name: str, content: tuple[object, ...], request: RequestInfo, decide: Decide[ApiKey]
    ) -> AccessChanged[ApiKey]:
        return await self._administration.change(
            kind,
            name,
            content=content,
            request=request,
            find=lambda turn: turn.key(name),
            decide=decide,
            announced=f"key:{name}",
        )


def _shown(changed: AccessChanged[ApiKey], presented: PresentedKey | None = None) -> ApiKeyChanged:
    text = None if presented is None or changed.replayed else presented.text
    return ApiKeyChanged(key=changed.record, replayed=changed.replayed, text=text)


async def _known(turn: AccessTurn, name: str) -> ApiKey:
    key = await turn.key(name)
    if key is None:
        raise Refused(UnknownName(kind=KIND, name=name))
    return key


async def _unrevoked(turn: AccessTurn, name: str) -> ApiKey:
    key = await _known(turn, name)
    if key.revoked_at is not None:
        raise Refused(NotActive(kind=KIND, name=name))
    return key


async def _put(turn: AccessTurn, key: ApiKey, now: Moment) -> ApiKey:
    changed = structs.replace(key, version=key.version + 1, changed_at=now)
    await turn.put_key(changed)
    return changed
