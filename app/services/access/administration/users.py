"""Use cases of users. Rule: passwords are hashed before anything waits for them, and are kept nowhere else."""

from typing import Any

from msgspec import structs

from app.domain.access.access_checks import display_name_errors, name_errors, password_errors
from app.domain.access.grant import Grant
from app.domain.access.user import User
from app.domain.errors import NameTaken, NotActive, Refused, UnknownName
from app.domain.partial_update import UNCHANGED, Unchanged, updated
from app.domain.time import Moment
from app.services.access.administration.administration import AccessChanged, Administration, Decide, refuse
from app.services.access.administration.grants import GrantChange, Grants, checked
from app.services.access.filters import UserFilter
from app.services.access.ports import AccessLister, AccessTurn, Passwords
from app.services.paging import Page, page_request
from app.services.request_info import RequestInfo

KIND = "USER"


class Users:
    """Makes, changes and reads users. Every change raises Refused, Overloaded and Unavailable."""

    def __init__(
        self, *, administration: Administration, access: AccessLister, grants: Grants, passwords: Passwords
    ) -> None:
        self._administration = administration
        self._access = access
        self._grants = grants
        self._passwords = passwords

    async def create(
        self, name: str, *, display_name: str, password: str | None, grant: GrantChange, request: RequestInfo
    ) -> AccessChanged[User]:
        """Make a user; without a password they sign in through an identity provider only."""
        refuse([*name_errors(name, what="A user's"), *display_name_errors(display_name)])
        hashed = None if password is None else await self._hashed(password, name=name, display_name=display_name)
        locations = await self._grants.known_locations(grant)

        async def decide(turn: AccessTurn, now: Moment) -> User:
            if await turn.user(name) is not None:
                raise Refused(NameTaken(kind=KIND, name=name))
            user = User(
                name=name,
                display_name=display_name,
                grant=checked(grant, Grant(), roles=await turn.roles(), locations=locations),
                password_hash=hashed,
                sessions_since=now,
                created_at=now,
                created_by=request.author,
                changed_at=now,
            )
            await turn.put_user(user)
            return user

        return await self._change("userCreate", name, (display_name, grant.content), request, decide)

    async def update(
        self,
        name: str,
        *,
        grant: GrantChange,
        display_name: str | Unchanged = UNCHANGED,
        request: RequestInfo,
    ) -> AccessChanged[User]:
        """Change what is given of a user, disabled or not."""
        if not isinstance(display_name, Unchanged):
            refuse(display_name_errors(display_name))
        locations = await self._grants.known_locations(grant)

        async def decide(turn: AccessTurn, now: Moment) -> User:
            user = await known_user(turn, name)
            return await put_user(
                turn,
                structs.replace(
                    user,
                    display_name=updated(display_name, user.display_name),
                    grant=checked(grant, user.grant, roles=await turn.roles(), locations=locations),
                ),
                now,
            )

        return await self._change("userUpdate", name, (display_name, grant.content), request, decide)

    async def disable(self, name: str, *, is_disabled: bool, request: RequestInfo) -> AccessChanged[User]:
        """Disable a user and end their sessions, or enable them again."""

        async def decide(turn: AccessTurn, now: Moment) -> User:
            user = await known_user(turn, name)
            if user.is_active is not is_disabled:
                return user
            at, by = (now, request.author) if is_disabled else (None, None)
            return await put_user(
                turn, structs.replace(user, disabled_at=at, disabled_by=by, **_ending_sessions(now)), now
            )

        return await self._change("userDisable", name, (is_disabled,), request, decide)

    async def set_password(self, name: str, password: str, *, request: RequestInfo) -> AccessChanged[User]:
        """Give a user a new password, and end their sessions."""
        found = await self.user(name)
        if found is None:
            raise Refused(UnknownName(kind=KIND, name=name))
        hashed = await self._hashed(password, name=name, display_name=found.display_name)

        async def decide(turn: AccessTurn, now: Moment) -> User:
            user = await known_user(turn, name)
            if not user.is_active:
                raise Refused(NotActive(kind=KIND, name=name))
            return await put_user(turn, structs.replace(user, password_hash=hashed, **_ending_sessions(now)), now)

        return await self._change("userSetPassword", name, (), request, decide)

    async def user(self, name: str) -> User | None:
        """Return one user."""
        return (await self._access.users([name])).get(name)

    async def users(self, where: UserFilter, *, first: int, after: str | None) -> Page[User]:
        """Return a page of users by name. Raises BadArgument."""
        page = page_request(order="NAME", shape=(str,), first=first, after=after)
        return await self._access.page_of_users(where, page=page)

    async def count_users(self, where: UserFilter) -> int:
        """Return how many users match."""
        return await self._access.count_users(where)

    async def _hashed(self, password: str, *, name: str, display_name: str) -> str:
        refuse(password_errors(password, name=name, display_name=display_name))
        return await self._passwords.hash(password)

    async def _change(
        self, kind: str, name: str, content: tuple[object, ...], request: RequestInfo, decide: Decide[User]
    ) -> AccessChanged[User]:
        return await self._administration.change(
            kind,
            name,
            content=content,
            request=request,
            find=lambda turn: turn.user(name),
            decide=decide,
            announced=f"person:{name}",
        )


def _ending_sessions(now: Moment) -> dict[str, Any]:
    return {"sessions_since": now, "kept_session": None}


async def known_user(turn: AccessTurn, name: str) -> User:
    """Return a user. Raises Refused."""
    user = await turn.user(name)
    if user is None:
        raise Refused(UnknownName(kind=KIND, name=name))
    return user


async def put_user(turn: AccessTurn, user: User, now: Moment) -> User:
    """Keep a user as changed now, and return them."""
    changed = structs.replace(user, version=user.version + 1, changed_at=now)
    await turn.put_user(changed)
    return changed
