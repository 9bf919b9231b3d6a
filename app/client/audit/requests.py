"""The questions about the audit."""

from collections.abc import Mapping
from typing import Any, Final

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

PAGES_AT_ONCE: Final = 50  # of the chain: 4 MB at most

_LOG: Final = """query AuditLog($filter: AuditFilter, $first: Int!, $after: String) {
  page: auditLog(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id at kind principal actingUser address transport operation fields documentHash variables codes operationIds cost
      requestId durationMs count removedThrough
    }
  }
}"""
_COUNT: Final = "query AuditCount($filter: AuditFilter) { page: auditLog(filter: $filter, first: 0) { totalCount } }"
_CHAIN: Final = """query AuditChain($first: Int!, $after: String) {
  page: auditPages(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { text hash isIndexed } }
}"""
_LENGTH: Final = "query AuditLength { page: auditPages(first: 0) { totalCount } }"
_COUNT_SECONDS: Final = 60.0  # all matching entries are read


def entries(where: Mapping[str, Any], after: str | None, *, first: int = PAGE_SIZE) -> Request:
    """Ask for entries, the newest first."""
    return Request(_LOG, {"filter": dict(where), "first": first, "after": after})


def count(where: Mapping[str, Any]) -> Request:
    """Ask how many entries match."""
    return Request(_COUNT, {"filter": dict(where)}, _COUNT_SECONDS)


def chain(after: str | None) -> Request:
    """Ask for pages of the chain, the oldest first."""
    return Request(_CHAIN, {"first": PAGES_AT_ONCE, "after": after})


def length() -> Request:
    """Ask how many pages the chain has."""
    return Request(_LENGTH, {})
