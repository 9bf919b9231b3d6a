"""One question to the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL document and its variables."""

    query: str
    variables: Mapping[str, Any]

    def to_json(self) -> bytes:
        """Return the body of the request."""
        return orjson.dumps({"query": self.query, "variables": self.variables})
