"""The keys that an installation begins with: the operator's, and those of the demo.

Rule: a start makes a key of each name once. What was revoked stays revoked, unless the operator gives another text.
"""

from collections.abc import Mapping

from msgspec import structs

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.budget import Budget
from app.domain.access.grant import Grant
from app.domain.access.role import ADMIN_ROLE
from app.domain.errors import NameTaken, Refused
from app.domain.operation import SYSTEM
from app.domain.time import Moment
from app.services.access.administration.administration import Administration
from app.services.access.administration.grants import GrantChange
from app.services.access.administration.keys import KIND, ApiKeys
from app.services.access.ports import AccessReader, AccessTurn, KeyHasher, PresentedKey
from app.services.ports import Clock
from app.services.request_info import RequestInfo

BOOTSTRAP = "bootstrap"
DEMO_ROLES: Mapping[str, str] = {"demo-admin": ADMIN_ROLE, "demo-viewer": "viewer"}
PLAYER = "demo-shop"  # the key that the demo's tills and suppliers use
PLAYER_ROLE = "manager"

# Who sets up an installation imports and replays years of sales: more than one machine can do, so that it is bounded
# by that alone.
BUDGETS: Mapping[str, Budget] = {ADMIN_ROLE: Budget(capacity=100_000_000, restore_rate=10_000_000)}

_BY_SERVER = RequestInfo(actor=SYSTEM)


class FirstKeys:
    """Makes the first keys."""

    def __init__(
        self,
        *,
        administration: Administration,
        keys: ApiKeys,
        access: AccessReader,
        hasher: KeyHasher,
        clock: Clock,
    ) -> None:
        self._administration = administration
        self._keys = keys
        self._access = access
        self._hasher = hasher
        self._clock = clock

    async def make_demo_keys(self) -> Mapping[str, str]:
        """Make the keys of the demo that never were, and return them by name. Raises Unavailable."""
        made: dict[str, str] = {}
        for name, role in DEMO_ROLES.items():
            if await self._keys.key(name) is not None:
                continue
            grant = GrantChange(roles=frozenset({role}), budget=BUDGETS.get(role))
            changed = await self._keys.create(
                name,
                grant=grant,
                description="Of the demo shop.",
                documents_only=False,
                expires_at=None,
                request=_BY_SERVER,
            )
            assert changed.text is not None, "a request without an idempotency key is no repeat"
            made[name] = changed.text
        return made

    async def renew_player_key(self) -> str | None:
        """Make the key that the demo plays with, or give it a new secret, and return it; None where it was revoked.

        Each start has a secret of its own, so that none is kept. Raises Unavailable.
        """
        key = await self._keys.key(PLAYER)
        if key is not None and not key.is_active(self._clock()):
            return None
        if key is not None:
            return (await self._keys.rotate(PLAYER, grace_seconds=0, request=_BY_SERVER)).text
        made = await self._keys.create(
            PLAYER,
            grant=GrantChange(roles=frozenset({PLAYER_ROLE})),
            description="The demo shop's tills, stockrooms, buyers and suppliers.",
            documents_only=False,
            expires_at=None,
            request=_BY_SERVER,
        )
        return made.text

    async def keep_bootstrap_key(self, text: str) -> ApiKey:
        """Make the operator's key the admin key `bootstrap`, or the new text of that, and return it.

        It is returned as it is where it has this text already: perhaps revoked. Raises Refused where another key has
        its prefix; and Unavailable.
        """
        presented = self._hasher.read(text)
        assert presented is not None, "the settings have checked it"
        owner = (await self._access.keys([presented.prefix])).get(presented.prefix)
        if owner is not None and owner.name != BOOTSTRAP:
            raise Refused(NameTaken(kind=KIND, name=presented.prefix))
        if owner is not None and self._has(owner, presented, self._clock()):
            return owner
        changed = await self._administration.change(
            "apiKeyBootstrap",
            BOOTSTRAP,
            content=(),
            request=_BY_SERVER,
            find=lambda turn: turn.key(BOOTSTRAP),
            decide=lambda turn, now: self._kept(turn, presented, now),
            announced=f"key:{BOOTSTRAP}",
        )
        return changed.record

    async def has_admin(self) -> bool:
        """Tell whether an active key or user may administer. Raises Unavailable."""
        return await self._administration.has_admin()

    async def _kept(self, turn: AccessTurn, presented: PresentedKey, now: Moment) -> ApiKey:
        old = await turn.key(BOOTSTRAP)
        if old is not None and self._has(old, presented, now):
            return old  # another process was faster
        key = ApiKey(
            name=BOOTSTRAP,
            prefix=presented.prefix,
            secrets=(KeySecret(hash=self._hasher.hash_of(presented), made_at=now),),
            grant=Grant(roles=frozenset({ADMIN_ROLE}), budget=BUDGETS[ADMIN_ROLE]),
            description="Set by STOCKPULSE_BOOTSTRAP_KEY.",
            version=1 if old is None else old.version + 1,
            created_at=now if old is None else old.created_at,
            created_by=SYSTEM,
            changed_at=now,
            last_used_at=None if old is None else old.last_used_at,
        )
        await turn.put_key(key)
        return key

    def _has(self, key: ApiKey, presented: PresentedKey, now: Moment) -> bool:
        """Tell whether a key has this text, active or not."""
        ever = structs.replace(
            key,
            revoked_at=None,
            expires_at=None,
            secrets=tuple(structs.replace(secret, until=None) for secret in key.secrets),
        )
        return self._hasher.match(presented, ever, now=now) is not None
