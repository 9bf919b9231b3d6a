"""What the command asks the server for."""

from collections.abc import Sequence

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

REGISTER = """
mutation Register($input: DocumentsRegisterInput!) {
  outcome: documentsRegister(input: $input) { documents { hash } userErrors { message field } }
}
"""
REMOVE = """
mutation Remove($input: DocumentsRemoveInput!) {
  outcome: documentsRemove(input: $input) { documents { hash } userErrors { message field } }
}
"""
LIST = """
query Documents($first: Int!, $after: String) {
  page: trustedDocuments(first: $first, after: $after) {
    nodes { hash text registeredAt registeredBy }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def register(texts: Sequence[str]) -> Request:
    """Register documents."""
    return Request(REGISTER, {"input": {"documents": [{"text": text} for text in texts]}})


def remove(hashes: Sequence[str]) -> Request:
    """Remove documents."""
    return Request(REMOVE, {"input": {"hashes": list(hashes)}})


def listed(after: str | None) -> Request:
    """Return a page of documents."""
    return Request(LIST, {"first": PAGE_SIZE // 5, "after": after})
