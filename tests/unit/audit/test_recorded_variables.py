"""The variables that the audit keeps: without secrets, and short."""

import json
from typing import Any

import strawberry

from app.web.audit.recorded_variables import HIDDEN, MAX_BYTES, RecordedVariables
from app.web.graphql import Limits
from app.web.graphql.transport.documents.cache import DocumentCache
from schema.declarations.secrets import declare_secrets


@strawberry.input
class Login:
    """An input with secrets, which may hold itself."""

    name: str
    password: str
    api_keys: list[str] | None = None
    idempotency_key: str | None = None
    other: "Login | None" = None


@strawberry.type
class Query:
    """A root."""

    @strawberry.field
    def sign_in(self, login: list[Login], note: str = "", token: str = "") -> int:
        """Take secrets."""
        return len(login) + len(note) + len(token)


SCHEMA = strawberry.Schema(Query)
declare_secrets(SCHEMA)
DOCUMENTS = DocumentCache(SCHEMA, Limits())
SIGN_IN = (
    "query ($logins: [Login!]!, $note: String, $bearer: String) { signIn(login: $logins, note: $note, token: $bearer) }"
)


def kept(variables: dict[str, Any], *, is_valid: bool = True) -> Any:  # noqa: ANN401 - JSON
    """Return what is kept of these variables."""
    found = RecordedVariables(SCHEMA).of(DOCUMENTS.get(SIGN_IN).operation(None), variables, is_valid=is_valid)
    assert found is not None
    assert len(bytes(found)) <= MAX_BYTES
    return json.loads(bytes(found))


def test_secrets_are_hidden_at_any_depth() -> None:
    """By the schema; what is not secret is kept as it was sent, and a null stays one."""
    login = {"name": "anna", "password": "hunter2", "apiKeys": ["hunter2"], "idempotencyKey": "k"}
    found = kept({"logins": [{**login, "other": {**login, "apiKeys": None}}]})
    assert found == {
        "logins": [
            {
                "name": "anna",
                "password": HIDDEN,
                "apiKeys": HIDDEN,
                "idempotencyKey": "k",
                "other": {"name": "anna", "password": HIDDEN, "apiKeys": None, "idempotencyKey": "k"},
            }
        ]
    }
    assert "hunter2" not in json.dumps(kept({"logins": login | {"pasword": "hunter2"}}, is_valid=False))


def test_a_variable_named_like_a_secret_or_given_to_one_is_hidden() -> None:
    """A plain text that stands for a secret argument has no type to say so: its name does, or where it is used."""
    assert "hunter2" not in json.dumps(kept({"logins": [], "bearer": "hunter2"}))


def test_what_the_schema_does_not_declare_is_not_kept() -> None:
    """Other variables, other fields, and values of another kind, where nothing has checked them."""
    sent = {"logins": [{"name": {"a": ["hunter2"]}, "x": "hunter2"}, 3], "y": "hunter2", "note": ["n"]}
    assert kept(sent, is_valid=False) == {"logins": [{"name": "(dict)"}, "(int)"], "note": "(list)"}


def test_long_variables_are_shortened() -> None:
    """Lists and texts are cut with what was left out; what is too long even so is a number of bytes."""
    many = kept({"logins": [{"name": "n" * 500, "password": "p"}] * 100})
    assert many["logins"][0] == {"name": "n" * 200 + "(300 characters more)", "password": HIDDEN}
    assert (len(many["logins"]), many["logins"][-1]) == (11, "(90 more)")
    nested: dict[str, Any] = {"name": "x" * 300, "password": "p"}
    for _ in range(30):
        nested = {"name": "x" * 300, "password": "p", "other": nested}
    assert kept({"logins": [nested] * 10}).startswith("(")
    assert kept({"logins": [], "note": "\ud800"}) == "(not recorded)"
