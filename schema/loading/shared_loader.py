"""A DataLoader whose reads belong to all who wait for them.

Rule: one who stops waiting takes nothing from the others. The executor cancels the siblings of a field that has failed,
and what a sibling awaits is cancelled with it; Strawberry's loader gives everybody who asks for a key the same future,
so that fields elsewhere in the operation, and by them the request, would be cancelled, too.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K")
V = TypeVar("V")


class SharedLoader(DataLoader[K, V]):
    """Collects keys into one read. Any of those who wait may be cancelled."""

    def load(self, key: K) -> Awaitable[V]:
        """Return what is read for a key. Raises what the read raises."""
        return asyncio.shield(super().load(key))

    def load_many(self, keys: Iterable[K]) -> Awaitable[list[V]]:
        """Return what is read for some keys, in their order; shielded once. Raises what the read raises."""
        return asyncio.shield(asyncio.gather(*map(super().load, keys)))
