"""One question to the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

ANSWER_TIMEOUT_SECONDS = 30.0  # three times what the server itself allows a mutation


@dataclass(frozen=True, slots=True)
class Request:
    """A GraphQL document and its variables. Without an answer after `answer_seconds` it is taken for lost."""

    query: str
    variables: Mapping[str, Any]
    answer_seconds: float = ANSWER_TIMEOUT_SECONDS

    def to_json(self) -> bytes:
        """Return the body of the request."""
        return orjson.dumps({"query": self.query, "variables": self.variables})
