"""Keys, grants and roles: who may do what, and when."""

from msgspec import structs

from app.domain.access.api_key import ApiKey, KeySecret
from app.domain.access.grant import Grant
from app.domain.access.role import BUILT_IN_ROLES, Role
from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

NOW = Moment(1_000 * MICROSECONDS_PER_SECOND)
KEY = ApiKey(
    name="till-7", prefix="abcdefghij", secrets=(KeySecret(hash="1", made_at=Moment(1)),), grant=Grant(), version=1
)


def after(seconds: float) -> Moment:
    """Return the moment so many seconds after NOW."""
    return Moment(NOW + int(seconds * MICROSECONDS_PER_SECOND))


def test_a_rotated_key_has_two_secrets_until_the_grace_is_over() -> None:
    """And a second rotation leaves the first secret behind, whatever grace it had."""
    once = KEY.rotated("2", grace_seconds=60, now=NOW)
    assert [secret.hash for secret in once.active_secrets(after(59))] == ["2", "1"]
    assert [secret.hash for secret in once.active_secrets(after(60))] == ["2"]
    twice = once.rotated("3", grace_seconds=60, now=after(1))
    assert [secret.hash for secret in twice.active_secrets(after(2))] == ["3", "2"]
    at_once = once.rotated("3", grace_seconds=0, now=after(1))
    assert [secret.hash for secret in at_once.secrets] == ["3"]


def test_no_secret_of_a_key_that_was_revoked_or_has_expired_is_active() -> None:
    """To the microsecond."""
    assert structs.replace(KEY, revoked_at=Moment(5)).active_secrets(NOW) == ()
    assert structs.replace(KEY, expires_at=NOW).active_secrets(NOW) == ()
    assert structs.replace(KEY, expires_at=after(0.000_001)).active_secrets(NOW) == KEY.secrets


def test_a_principal_lasts_no_longer_than_the_secret_that_was_used() -> None:
    """Nor than its key."""
    once = structs.replace(KEY, expires_at=after(100)).rotated("2", grace_seconds=60, now=NOW)
    new, old = once.secrets
    assert once.principal({}, by=old).expires_at == after(60)
    assert once.principal({}, by=new).expires_at == after(100)
    assert KEY.principal({}).expires_at is None


def test_what_a_role_may_do_is_read_from_the_role() -> None:
    """One that does not exist, or was deleted, gives nothing; scopes beside roles are added."""
    grant = Grant(roles=frozenset({"viewer", "night", "gone", "none"}), scopes=frozenset({Scope.WEBHOOKS_READ}))
    night = Role(name="night", scopes=frozenset({Scope.STOCK_WRITE}))
    gone = Role(name="gone", scopes=frozenset({Scope.ADMIN}), deleted_at=Moment(1))
    roles = {**BUILT_IN_ROLES, "night": night, "gone": gone}
    viewer = BUILT_IN_ROLES["viewer"].scopes
    assert grant.scopes_by(roles) == viewer | {Scope.STOCK_WRITE, Scope.WEBHOOKS_READ}
    assert Grant(roles=frozenset({"admin"})).scopes_by(roles) == ALL_SCOPES


def test_no_secret_is_shown_by_accident() -> None:
    """A key and its secrets are printed without hashes."""
    assert "hash" not in repr(KEY)
