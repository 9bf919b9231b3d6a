"""Keys of limited principals, and the access reader that holds them in memory."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.domain.access.api_key import ApiKey
from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.access.user import User
from app.domain.access.visibility import Visibility


def a_key(
    name: str,
    *,
    locations: Iterable[str] | None = None,
    categories: Iterable[str] | None = None,
    scopes: Iterable[Scope] = ALL_SCOPES - {Scope.ADMIN},
) -> ApiKey:
    """Return a key that may do everything but administer, at these locations and with items of these categories."""
    visibility = Visibility(
        locations=None if locations is None else frozenset(locations),
        categories=None if categories is None else frozenset(categories),
    )
    return ApiKey(name=name, prefix=name, secrets=(), grant=Grant(scopes=frozenset(scopes), visibility=visibility))


class KeysInMemory:
    """An AccessLister of some keys, as far as webhooks ask."""

    def __init__(self, *keys: ApiKey) -> None:
        self._keys = {key.name: key for key in keys}

    def keep(self, key: ApiKey) -> None:
        """Keep a key as it is now."""
        self._keys[key.name] = key

    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        return {name: self._keys[name] for name in names if name in self._keys}

    async def users(self, _: Sequence[str]) -> Mapping[str, User]:
        return {}

    async def roles(self, _: Sequence[str]) -> Mapping[str, Role]:
        return {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the other methods of the port
        raise NotImplementedError(name)
