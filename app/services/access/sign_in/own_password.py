"""A person changes their own password.

Rule: who has found an open browser cannot: the current password is needed, and wrong ones are slowed like sign-ins.
"""

from msgspec import structs

from app.domain.access.access_checks import password_errors
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.session import began_since, session_id
from app.domain.access.user import KeptSession, User
from app.domain.errors import InvalidValue, NoPassword, NotActive, Refused, WrongPassword
from app.domain.time import Moment
from app.services.access.administration.administration import AccessChanged, Administration, refuse
from app.services.access.administration.users import KIND, known_user, put_user
from app.services.access.ports import AccessReader, AccessTurn, Passwords
from app.services.access.sign_in.throttle import SignInThrottle
from app.services.request_info import RequestInfo

_NEW = ("newPassword",)


class OwnPassword:
    """Verifies one password, and sets another."""

    def __init__(
        self,
        *,
        administration: Administration,
        access: AccessReader,
        passwords: Passwords,
        throttle: SignInThrottle,
    ) -> None:
        self._administration, self._access = administration, access
        self._passwords, self._throttle = passwords, throttle

    async def change(
        self,
        principal: Principal,
        *,
        current: str,
        new: str,
        address: str,
        session_token: str | None,
        request: RequestInfo,
    ) -> AccessChanged[User]:
        """Give the caller a new password, and end their sessions but for the one that asks.

        A repeat with the same idempotency key changes nothing, whatever passwords it has. Raises Refused, Throttled,
        Overloaded and Unavailable.
        """
        user, old = await self._person(principal)
        refuse(password_errors(new, name=user.name, display_name=user.display_name, field=_NEW))
        await self._throttle.attempt(name=user.name, address=address)
        hashed = None
        if await self._passwords.verify(current, old, is_known=True):
            await self._throttle.succeeded(name=user.name, address=address)
            if new == current:
                raise Refused(InvalidValue(what="A new password", rule="must differ from the current one", field=_NEW))
            hashed = await self._passwords.hash(new)

        async def decide(turn: AccessTurn, now: Moment) -> User:
            user = await known_user(turn, principal.name)
            if not user.is_active:
                raise Refused(NotActive(kind=KIND, name=user.name))
            if hashed is None or user.password_hash != old:  # or another request was quicker
                raise Refused(WrongPassword(actor=user.actor))
            kept = _kept(user, session_token)
            return await put_user(
                turn, structs.replace(user, password_hash=hashed, sessions_since=now, kept_session=kept), now
            )

        return await self._administration.change(
            "passwordChange",
            user.name,
            content=(),
            request=request,
            find=lambda turn: turn.user(user.name),
            decide=decide,
            announced=user.actor,
        )

    async def _person(self, principal: Principal) -> tuple[User, str]:
        """Return the caller as a user, and the hash of their password. Raises Refused."""
        if principal.kind is PrincipalKind.PERSON:
            user = (await self._access.users([principal.name])).get(principal.name)
            if user is not None and user.password_hash is not None:
                return user, user.password_hash
        raise Refused(NoPassword(actor=principal.actor))


def _kept(user: User, session_token: str | None) -> KeptSession | None:
    if session_token is None:
        return None
    session = session_id(session_token)
    return KeptSession(session, began_since(user, session=session))
