"""Checks of what is given to a key, a user or a role. Each yields the errors that it found."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from app.domain.access.budget import Budget
from app.domain.access.grant import DOCUMENT_SCOPES, Grant
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.domain.errors import Field, InvalidValue, InventoryError, NotActive, UnknownLocation, UnknownName
from app.domain.limits import (
    MAX_BUDGET,
    MAX_CATEGORY_LENGTH,
    MAX_GRACE_SECONDS,
    MAX_GRANTED_CATEGORIES,
    MAX_GRANTED_LOCATIONS,
    MAX_GRANTED_ROLES,
    MAX_KEY_LIFETIME_DAYS,
    MAX_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    MAX_PASSWORD_LENGTH,
    MAX_PRINCIPAL_NAME_LENGTH,
    MIN_BUDGET_CAPACITY,
    MIN_BUDGET_RESTORE_RATE,
    MIN_DIFFERENT_CHARACTERS,
    MIN_PASSWORD_LENGTH,
)
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.domain.validation import location_code_errors, money_errors, text_errors

_NAME = re.compile(rf"[a-z0-9][a-z0-9._@+-]{{0,{MAX_PRINCIPAL_NAME_LENGTH - 1}}}", re.ASCII)


def name_errors(name: str, *, what: str) -> Iterator[InventoryError]:
    """Check the name of a key, a user or a role: `what` with its article. Capitals would let two look alike."""
    if not _NAME.fullmatch(name):
        rule = (
            f"must be 1 to {MAX_PRINCIPAL_NAME_LENGTH} lower-case letters, digits, dots, dashes, underscores, plus or "
            "at signs of ASCII, and begin with a letter or digit"
        )
        yield InvalidValue(what=f"{what} name", rule=rule, field=("name",))


def display_name_errors(name: str) -> Iterator[InventoryError]:
    """Check the name by which people know a user."""
    yield from text_errors(name, what="A display name", maximum=MAX_NAME_LENGTH, field=("displayName",))


def description_errors(text: str | None) -> Iterator[InventoryError]:
    """Check a note for people."""
    if text is not None:
        yield from text_errors(text, what="A description", maximum=MAX_NOTE_LENGTH, field=("description",))


def password_errors(
    password: str, *, name: str, display_name: str, field: Field = ("password",)
) -> Iterator[InventoryError]:
    """Check a password by its length alone, and that it is no name and no pattern.

    Source: NIST SP 800-63B, 3.1.1.2: no rules of composition; names of the user and repetitions are refused.
    """
    rule = None
    folded = password.casefold()
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        rule = f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters, of any kind"
    elif any(not folded.replace(each.casefold(), "").strip() for each in (name, display_name)):
        rule = "must not be the user's name"
    elif len(set(folded)) < MIN_DIFFERENT_CHARACTERS:
        rule = f"must have {MIN_DIFFERENT_CHARACTERS} different characters"
    if rule is not None:
        yield InvalidValue(what="A password", rule=rule, field=field)


def expiry_errors(expires_at: Moment | None, *, now: Moment) -> Iterator[InventoryError]:
    """Check when a key is to expire: after now, and not beyond a slip of the keyboard."""
    if expires_at is not None and not now < expires_at <= now + MAX_KEY_LIFETIME_DAYS * MICROSECONDS_PER_DAY:
        rule = f"must be in the future, and at most {MAX_KEY_LIFETIME_DAYS} days from now"
        yield InvalidValue(what="The time of expiry", rule=rule, field=("expiresAt",))


def grace_errors(seconds: int) -> Iterator[InventoryError]:
    """Check for how long a replaced secret stays active."""
    if not 0 <= seconds <= MAX_GRACE_SECONDS:
        rule = f"must be between 0 and {MAX_GRACE_SECONDS} seconds"
        yield InvalidValue(what="The grace period", rule=rule, field=("graceSeconds",))


def role_scope_errors(scopes: AbstractSet[Scope]) -> Iterator[InventoryError]:
    """Check that a role lets its holders do something."""
    if not scopes:
        yield InvalidValue(what="A role", rule="must have at least one scope", field=("scopes",))


def grant_errors(grant: Grant, *, roles: Mapping[str, Role], locations: AbstractSet[str]) -> Iterator[InventoryError]:
    """Check a grant against all roles, and the locations that exist."""
    if not grant.roles and not grant.scopes:
        yield InvalidValue(what="What is granted", rule="must have a role or a scope", field=("roles",))
    if len(grant.roles) > MAX_GRANTED_ROLES:
        yield InvalidValue(what="The list of roles", rule=f"must have at most {MAX_GRANTED_ROLES}", field=("roles",))
        return
    for name in sorted(grant.roles):
        role = roles.get(name)
        if role is None:
            yield UnknownName(kind="ROLE", name=name, field=("roles",))
        elif not role.is_active:
            yield NotActive(kind="ROLE", name=name, field=("roles",))
    yield from _visibility_errors(grant, locations)
    if grant.approval_limit is not None:
        yield from money_errors(grant.approval_limit, what="An approval limit", field=("approvalLimit",))
    if grant.budget is not None:
        yield from _budget_errors(grant.budget)
    yield from combination_errors(grant, roles=roles)


def combination_errors(
    grant: Grant, *, roles: Mapping[str, Role], field: Field | None = None
) -> Iterator[InventoryError]:
    """Check that what is granted fits its limits."""
    visibility, scopes = grant.visibility, grant.scopes_by(roles)
    if Scope.ADMIN in scopes:
        if visibility.is_limited:
            what = "An admin, who may grant anything,"
            place = "locations" if visibility.locations is not None else "categories"
            yield InvalidValue(what=what, rule="cannot be limited to locations or categories", field=field or (place,))
        return
    found = sorted(scopes & DOCUMENT_SCOPES)
    if visibility.categories is not None and found:
        rule = (
            f"cannot be combined with {', '.join(found)}: documents with lines of several items are visible only where "
            "all categories are. Grant scopes of the catalog and stock instead"
        )
        yield InvalidValue(what="A limit to categories", rule=rule, field=field or ("categories",))


def _budget_errors(budget: Budget) -> Iterator[InventoryError]:
    for what, value, minimum, name in (
        ("The capacity of a budget", budget.capacity, MIN_BUDGET_CAPACITY, "capacity"),
        ("What a budget restores", budget.restore_rate, MIN_BUDGET_RESTORE_RATE, "restoreRate"),
    ):
        if not minimum <= value <= MAX_BUDGET:
            rule = f"must be between {minimum:,} and {MAX_BUDGET:,}"
            yield InvalidValue(what=what, rule=rule, field=("budget", name))


def _visibility_errors(grant: Grant, locations: AbstractSet[str]) -> Iterator[InventoryError]:
    for codes, name, maximum in (
        (grant.visibility.locations, "locations", MAX_GRANTED_LOCATIONS),
        (grant.visibility.categories, "categories", MAX_GRANTED_CATEGORIES),
    ):
        if codes is not None and not 1 <= len(codes) <= maximum:
            rule = f"must have 1 to {maximum} entries; leave it out for no limit"
            yield InvalidValue(what=f"The list of {name}", rule=rule, field=(name,))
            return
    for code in sorted(grant.visibility.locations or ()):
        wrong = list(location_code_errors(code, field=("locations",)))
        yield from wrong
        if not wrong and code not in locations:
            yield UnknownLocation(location=code, field=("locations",))
    for category in sorted(grant.visibility.categories or ()):
        yield from text_errors(category, what="A category", maximum=MAX_CATEGORY_LENGTH, field=("categories",))
