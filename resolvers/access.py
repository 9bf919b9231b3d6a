"""API keys, users, roles, and the caller."""

from functools import partial

from app.services.access.filters import ApiKeyFilter, RoleFilter, UserFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, ApiKeysWhere, First, Input, PrincipalName, RolesWhere, UsersWhere
from schema.context import Info
from schema.inputs.access import (
    ApiKeyCreateInput,
    ApiKeyRevokeInput,
    ApiKeyRotateInput,
    ApiKeyUpdateInput,
    PasswordChangeInput,
    RoleDeleteInput,
    RoleUpsertInput,
    UserCreateInput,
    UserDisableInput,
    UserSetPasswordInput,
    UserUpdateInput,
    scopes_of,
)
from schema.inputs.given import given
from schema.payloads.access import ApiKeyPayload, ApiKeySecretPayload, PasswordChangePayload, RolePayload, UserPayload
from schema.types.access import ApiKey, Role, User, Viewer
from schema.types.connection import Connection


async def viewer(info: Info) -> Viewer:
    """Return the caller."""
    return Viewer.from_domain(info.context.principal, currency=info.context.services.currency)


async def api_key(info: Info, name: PrincipalName) -> ApiKey | None:
    """Return one key."""
    service = info.context.services.api_keys
    found = await service.key(name)
    return None if found is None else ApiKey.from_domain(found, now=service.now())


async def api_keys(
    info: Info, filter: ApiKeysWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[ApiKey]:
    """Return a page of keys by name."""
    service = info.context.services.api_keys
    now = service.now()
    where = filter.to_domain(now) if filter else ApiKeyFilter()
    page = await service.keys(where, first=first, after=after)
    return Connection.of(
        page, partial(ApiKey.from_domain, now=now), counter=partial(service.count_keys, where), after=after
    )


async def user(info: Info, name: PrincipalName) -> User | None:
    """Return one user."""
    found = await info.context.services.users.user(name)
    return None if found is None else User.from_domain(found)


async def users(
    info: Info, filter: UsersWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[User]:
    """Return a page of users by name."""
    service = info.context.services.users
    where = filter.to_domain() if filter else UserFilter()
    page = await service.users(where, first=first, after=after)
    return Connection.of(page, User.from_domain, counter=partial(service.count_users, where), after=after)


async def role(info: Info, name: PrincipalName) -> Role | None:
    """Return one role."""
    found = await info.context.services.roles.role(name)
    return None if found is None else Role.from_domain(found)


async def roles(
    info: Info, filter: RolesWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[Role]:
    """Return a page of roles: those built in first, then by name."""
    found = await info.context.services.roles.roles(filter.to_domain() if filter else RoleFilter())
    return Connection.of_all(found, Role.from_domain, order="ROLES", first=first, after=after)


async def create_key(info: Info, input: Input[ApiKeyCreateInput]) -> ApiKeySecretPayload:
    """Make a key."""
    service = info.context.services.api_keys
    changed = await service.create(
        input.name,
        grant=input.grant(),
        description=input.description,
        documents_only=input.documents_only,
        expires_at=input.expires_at,
        request=input.request(info.context.principal),
    )
    return ApiKeySecretPayload.from_changed(changed, now=service.now())


async def update_key(info: Info, input: Input[ApiKeyUpdateInput]) -> ApiKeyPayload:
    """Update the fields that are given."""
    service = info.context.services.api_keys
    changed = await service.update(
        input.name,
        grant=input.grant(),
        description=given(input.description, null=None),
        documents_only=given(input.documents_only),
        expires_at=given(input.expires_at, null=None),
        request=input.request(info.context.principal),
    )
    return ApiKeyPayload.from_changed(changed, now=service.now())


async def rotate_key(info: Info, input: Input[ApiKeyRotateInput]) -> ApiKeySecretPayload:
    """Give a key a new secret."""
    service = info.context.services.api_keys
    request = input.request(info.context.principal)
    changed = await service.rotate(input.name, grace_seconds=input.grace_seconds, request=request)
    return ApiKeySecretPayload.from_changed(changed, now=service.now())


async def revoke_key(info: Info, input: Input[ApiKeyRevokeInput]) -> ApiKeyPayload:
    """Revoke a key."""
    service = info.context.services.api_keys
    changed = await service.revoke(input.name, request=input.request(info.context.principal))
    return ApiKeyPayload.from_changed(changed, now=service.now())


async def create_user(info: Info, input: Input[UserCreateInput]) -> UserPayload:
    """Make a user."""
    changed = await info.context.services.users.create(
        input.name,
        display_name=input.display_name,
        password=input.password,
        grant=input.grant(),
        request=input.request(info.context.principal),
    )
    return UserPayload.from_changed(changed)


async def update_user(info: Info, input: Input[UserUpdateInput]) -> UserPayload:
    """Update the fields that are given."""
    changed = await info.context.services.users.update(
        input.name,
        grant=input.grant(),
        display_name=given(input.display_name),
        request=input.request(info.context.principal),
    )
    return UserPayload.from_changed(changed)


async def disable_user(info: Info, input: Input[UserDisableInput]) -> UserPayload:
    """Disable a user, or enable them again."""
    request = input.request(info.context.principal)
    changed = await info.context.services.users.disable(input.name, is_disabled=input.is_disabled, request=request)
    return UserPayload.from_changed(changed)


async def set_password(info: Info, input: Input[UserSetPasswordInput]) -> UserPayload:
    """Give a user a new password."""
    request = input.request(info.context.principal)
    changed = await info.context.services.users.set_password(input.name, input.password, request=request)
    return UserPayload.from_changed(changed)


async def change_password(info: Info, input: Input[PasswordChangeInput]) -> PasswordChangePayload:
    """Give the caller a new password."""
    context = info.context
    changed = await context.services.own_password.change(
        context.principal,
        current=input.current_password,
        new=input.new_password,
        address=context.caller.address,
        session_token=context.caller.session_token,
        request=input.request(context.principal),
    )
    return PasswordChangePayload.from_changed(changed)


async def upsert_role(info: Info, input: Input[RoleUpsertInput]) -> RolePayload:
    """Make a role, or update the fields that are given."""
    changed = await info.context.services.roles.upsert(
        input.name,
        scopes=scopes_of(input.scopes),
        description=given(input.description, null=None),
        request=input.request(info.context.principal),
    )
    return RolePayload.from_changed(changed)


async def delete_role(info: Info, input: Input[RoleDeleteInput]) -> RolePayload:
    """Delete a role."""
    request = input.request(info.context.principal)
    return RolePayload.from_changed(await info.context.services.roles.delete(input.name, request=request))
