"""Tokens of an identity provider as credentials: which principal a verified token stands for.

Rule: a person whom the administration knows by the token's subject may do what it says, and nothing once disabled;
others may do what their token claims. A claim that cannot be read makes the token invalid, never its bearer mightier.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from msgspec import Struct

from app.domain.access.grant import Grant
from app.domain.access.principal import Principal
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.failures import ServiceError
from app.domain.time import Moment
from app.services.access.ports import AccessReader

MAX_SUBJECT_CHARACTERS = 255  # OpenID Connect Core, 2
MAX_ENTRIES = 1_000  # of one claim

_SCOPES = {scope.value: scope for scope in Scope}


class Claims(Struct, frozen=True, kw_only=True):
    """What a verified token says: of whom, until when, and all of it."""

    subject: str
    ends_at: Moment
    all: Mapping[str, Any]


class ClaimNames(Struct, frozen=True, kw_only=True):
    """The names of the claims that say what a person may do."""

    roles: str
    scopes: str
    locations: str
    approval_limit: str


class Tokens(Protocol):
    """Verifies tokens."""

    async def claims(self, token: str) -> Claims | None:
        """Return what a token claims, None where it is not valid. Raises ServiceError."""


class TokenPrincipals:
    """Verifies tokens, and maps them to principals."""

    def __init__(self, *, tokens: Tokens, reader: AccessReader, names: ClaimNames) -> None:
        self._tokens, self._reader, self._names = tokens, reader, names

    async def __call__(self, texts: Sequence[str]) -> Sequence[Principal | ServiceError | None]:
        """Return the principal of each token: None where it is not valid, a ServiceError where that is not known.

        Raises ServiceError.
        """
        verified = await asyncio.gather(*map(self._verified, texts))
        claimed = [None if isinstance(each, ServiceError) else each for each in verified]
        users = await self._reader.users(sorted({each.subject for each in claimed if each is not None}))
        people = [None if each is None else self._person(each, users.get(each.subject)) for each in claimed]
        roles = await self._reader.roles(sorted({role for each in people if each for role in each.grant.roles}))
        return [
            claims
            if isinstance(claims, ServiceError)
            else None
            if claims is None or person is None
            else person.principal(roles, expires_at=claims.ends_at)
            for claims, person in zip(verified, people, strict=True)
        ]

    async def _verified(self, text: str) -> Claims | ServiceError | None:
        try:
            return await self._tokens.claims(text)
        except ServiceError as error:
            return error  # of this token alone: anyone may send one with a key that the provider does not have

    def _person(self, claims: Claims, user: User | None) -> User | None:
        """Return whom a token stands for; None for one that cannot be used."""
        if user is not None:
            return user if user.is_active else None
        if len(claims.subject) > MAX_SUBJECT_CHARACTERS or not claims.subject.isprintable():
            return None
        try:
            return User(name=claims.subject, display_name=claims.subject, grant=self._claimed(claims.all))
        except ValueError:
            return None

    def _claimed(self, claims: Mapping[str, Any]) -> Grant:
        """Return what claims grant. Raises ValueError where one cannot be read."""
        names = self._names
        locations = claims.get(names.locations)
        limit = claims.get(names.approval_limit)
        return Grant(
            roles=frozenset(_texts(claims.get(names.roles, ()))),
            scopes=frozenset(_SCOPES[each] for each in _texts(claims.get(names.scopes, ())) if each in _SCOPES),
            visibility=EVERYTHING if locations is None else Visibility(locations=frozenset(_texts(locations))),
            approval_limit=None if limit is None else _amount(limit),
        )


def _texts(value: object) -> Iterable[str]:
    """Return a list of texts, or a text with blanks between them (as `scope` is: RFC 8693, 4.2). Raises ValueError."""
    entries = value.split() if isinstance(value, str) else value
    if not isinstance(entries, list | tuple) or len(entries) > MAX_ENTRIES:
        raise ValueError("not a list of texts")
    if not all(isinstance(each, str) and each for each in entries):
        raise ValueError("not a list of texts")
    return entries


def _amount(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not an amount")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("not an amount") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError("not an amount")
    return amount
