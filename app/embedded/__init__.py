"""Embedded servers: a real mongod and redis-server, started where no URL of another is configured.

Rule: they end with this process, whatever ends it, and what they leave on disk never blocks the next start.
"""

from app.embedded.errors import DataDirInUse, DataDirUnusable, EmbeddedError, ServerDidNotStart, ServerMissing
from app.embedded.services import EmbeddedServices, EmbeddedUrls

__all__ = [
    "DataDirInUse",
    "DataDirUnusable",
    "EmbeddedError",
    "EmbeddedServices",
    "EmbeddedUrls",
    "ServerDidNotStart",
    "ServerMissing",
]
