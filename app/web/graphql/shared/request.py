"""What equal requests have in common: found by one look-up when another one comes."""

from typing import Any

from app.services.live.stream import Feed
from app.web.graphql.shared.rendering import Rendering


class SharedRequest:
    """The feed of a request and the rendering of its events. Kept as long as it has members."""

    __slots__ = ("__weakref__", "cost", "feed", "rendering")

    def __init__(self, feed: Feed[Any], rendering: Rendering, cost: int) -> None:
        self.feed, self.rendering, self.cost = feed, rendering, cost
