"""What the commands ask the server for."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

_KEY = """
  name prefix description roles scopes locations categories approvalLimit documentsOnly isActive secretCount
  budget { capacity restoreRate }
  formerSecretUntil expiresAt lastUsedAt createdBy revokedAt
"""
_USER = """
  name displayName hasPassword roles scopes locations categories approvalLimit isActive createdBy
  budget { capacity restoreRate }
"""
_ROLE = "name description scopes isBuiltIn"
_ERRORS = "replayed userErrors { message field }"

_PARTS: Mapping[str, str] = {
    "ApiKey": f"apiKey {{ {_KEY} }}",
    "User": f"user {{ {_USER} }}",
    "Role": f"role {{ {_ROLE} }}",
}


def keys(after: str | None, *, is_active: bool | None) -> Request:
    """Return the request for a page of keys."""
    return _page("apiKeys", "ApiKeyFilter", _KEY, after, {} if is_active is None else {"isActive": is_active})


def users(after: str | None, *, is_active: bool | None) -> Request:
    """Return the request for a page of users."""
    return _page("users", "UserFilter", _USER, after, {} if is_active is None else {"isActive": is_active})


def roles(after: str | None) -> Request:
    """Return the request for a page of roles."""
    return _page("roles", "RoleFilter", _ROLE, after, {})


def change(mutation: str, kind: str, given: Mapping[str, Any], *, shows_key: bool = False) -> Request:
    """Return the request of a mutation, `apiKeyCreate`, of what is an ApiKey, User or Role, under a key of its own.

    A value that is None takes something away, where the mutation changes what is there.
    """
    text = f"{mutation[0].upper()}{mutation[1:]}"
    query = (
        f"mutation {text}($input: {text}Input!) "
        f"{{ outcome: {mutation}(input: $input) {{ {'key ' if shows_key else ''}{_PARTS[kind]} {_ERRORS} }} }}"
    )
    return Request(query, {"input": {**given, "idempotencyKey": f"cli/{uuid4().hex}"}})


def _page(field: str, filter_type: str, parts: str, after: str | None, where: Mapping[str, Any]) -> Request:
    query = (
        f"query List($where: {filter_type}, $first: Int!, $after: String) "
        f"{{ page: {field}(filter: $where, first: $first, after: $after) "
        f"{{ nodes {{ {parts} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    return Request(query, {"where": dict(where), "first": PAGE_SIZE, "after": after})
