"""The inputs whose values are secret: no record of a request keeps them (see `app/web/audit/recorded_variables.py`).

Rule: an input that is named like a secret is one, unless it stands in `NOT_SECRET` with the reason. So a new one is
kept out before anyone thinks of it; `tests/graphql/access/test_secrets.py` wants it listed all the same.
"""

import re
from typing import Final

import strawberry

from schema.declarations.limits import inputs

IS_SECRET: Final = "isSecret"  # noqa: S105 - the name in `extensions`

SECRETS: frozenset[str] = frozenset(  # by path: `Type.field` or `Type.field.argument`
    {
        "PasswordChangeInput.currentPassword",
        "PasswordChangeInput.newPassword",
        "UserCreateInput.password",
        "UserSetPasswordInput.password",
    }
)

NOT_SECRET: frozenset[str] = frozenset(
    {
        "idempotencyKey",  # chosen by the client, and worth nothing to others: they are per principal
    }
)

_LOOKS_SECRET = re.compile(r"pass|secret|token|key|credential|otp|pin$|signature|cookie|bearer", re.IGNORECASE)


def looks_secret(name: str) -> bool:
    """Tell whether an input is named like a secret."""
    return _LOOKS_SECRET.search(name) is not None


def declare_secrets(schema: strawberry.Schema) -> None:
    """Write into the schema which inputs are secret."""
    for path, name, each in inputs(schema):
        is_open = path in NOT_SECRET or name in NOT_SECRET
        each.extensions[IS_SECRET] = path in SECRETS or (looks_secret(name) and not is_open)
