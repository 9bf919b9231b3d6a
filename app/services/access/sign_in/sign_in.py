"""Signing in: with a name and a password, or with an API key, for a session.

Rule: a refusal does not say what was wrong, nor does its time; and failures are slowed by name and by address.
"""

from typing import Protocol

from app.domain.access.api_key import ApiKey
from app.domain.access.session import mark_of_user, marks_of_key
from app.domain.access.user import User
from app.domain.failures import Unauthenticated
from app.domain.limits import MAX_PASSWORD_LENGTH, MAX_PRINCIPAL_NAME_LENGTH
from app.services.access.credentials.failed_keys import FailedKeys
from app.services.access.credentials.sessions import Holders, Sessions
from app.services.access.ports import AccessChanges, AccessReader, AccessWriter, KeyHasher, Passwords
from app.services.access.sign_in.known_browsers import KnownBrowsers
from app.services.access.sign_in.throttle import SignInThrottle
from app.services.ports import Clock

_WRONG_PASSWORD = "The name or the password is not right."  # noqa: S105 - a sentence
_WRONG_KEY = "The key is not valid."


class KeysAndHolders(AccessReader, Holders, Protocol):
    """Reads keys by prefix, and keys and users by name."""


class SignIn:
    """Begins and ends sessions of browsers. All methods raise Unavailable."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        reader: KeysAndHolders,
        writer: AccessWriter,
        hasher: KeyHasher,
        passwords: Passwords,
        throttle: SignInThrottle,
        known_browsers: KnownBrowsers,
        failed_keys: FailedKeys,
        changes: AccessChanges,
        clock: Clock,
    ) -> None:
        self._sessions, self._reader, self._writer = sessions, reader, writer
        self._hasher, self._passwords = hasher, passwords
        self._known_browsers = known_browsers
        self._throttle, self._failed_keys, self._changes, self._clock = throttle, failed_keys, changes, clock

    async def by_password(
        self, name: str, password: str, *, address: str, browser: str | None = None
    ) -> tuple[User, str]:
        """Return the user and the token of their new session. Raises Unauthenticated, Throttled and Overloaded.

        `browser` is the token that `mark_of_browser` has given to the browser, if any.
        """
        if len(name) > MAX_PRINCIPAL_NAME_LENGTH or len(password) > MAX_PASSWORD_LENGTH:
            raise Unauthenticated(_WRONG_PASSWORD)
        known = self._known_browsers.id(browser, name)
        await self._throttle.attempt(name=name, address=address, browser=known)
        user = (await self._reader.users([name])).get(name)
        hashed = user.password_hash if user is not None and user.is_active else None
        is_right = await self._passwords.verify(password, hashed, is_known=known is not None)
        if not is_right or user is None or hashed is None:
            raise Unauthenticated(_WRONG_PASSWORD, claimed=None if user is None else user.actor)
        await self._throttle.succeeded(name=name, address=address, browser=known)
        token = await self._sessions.begin(user, mark_of_user(user))
        if self._passwords.is_outdated(hashed):
            await self._writer.note_rehash(name, old=hashed, new=await self._passwords.hash(password))
        return user, token

    def mark_of_browser(self, user: User) -> str:
        """Return the token by which the browser in which a user has just signed in is known from now on."""
        return self._known_browsers.new_token(user.name)

    async def by_key(self, text: str, *, address: str) -> tuple[ApiKey, str]:
        """Return the key and the token of its new session. Raises Unauthenticated and Throttled."""
        self._failed_keys.check(address=address, credential=text)
        presented = self._hasher.read(text)
        key = (await self._reader.keys([presented.prefix])).get(presented.prefix) if presented is not None else None
        now = self._clock()
        match = None if presented is None else self._hasher.match(presented, key, now=now)
        if key is None or match is None:
            self._failed_keys.failed(address=address, credential=text)
            raise Unauthenticated(_WRONG_KEY, claimed=None if key is None else key.actor)
        self._failed_keys.succeeded(credential=text)
        place = key.active_secrets(now).index(match.secret)
        return key, await self._sessions.begin(key, marks_of_key(key, now)[place])

    async def without_key(self, name: str) -> tuple[ApiKey, str]:
        """Return a key that this server made for its demo, and the token of a new session. Raises Unauthenticated.

        The caller makes sure that only the machine's own user asks.
        """
        key = (await self._reader.keys_named([name])).get(name)
        marks = () if key is None else marks_of_key(key, self._clock())
        if key is None or not marks:
            raise Unauthenticated("This server has no such key for its demo.")
        return key, await self._sessions.begin(key, marks[0])

    async def sign_out(self, token: str) -> str | None:
        """End a session in every process; return the actor whose session it was, None where there was none."""
        session = await self._sessions.end(token)
        if session is None:
            return None
        await self._changes.announce({session.actor})
        return session.actor
