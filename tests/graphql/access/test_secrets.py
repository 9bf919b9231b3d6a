"""Which inputs are secret: each is declared, and none by chance."""

from schema.declarations.limits import inputs
from schema.declarations.secrets import IS_SECRET, NOT_SECRET, SECRETS, looks_secret
from schema.root import schema


def test_each_input_that_is_named_like_a_secret_is_declared() -> None:
    """As one, or as harmless with the reason. Undeclared, it is hidden all the same."""
    named = {(path, name) for path, name, _ in inputs(schema) if looks_secret(name)}
    assert {path for path, name in named if path not in SECRETS and not {path, name} & NOT_SECRET} == set()


def test_what_is_declared_exists_and_is_marked() -> None:
    """The recorder reads the marks, so that nothing else has to be known there."""
    marked = {path for path, _, each in inputs(schema) if each.extensions[IS_SECRET]}
    assert marked == SECRETS
    assert {"idempotencyKey"} <= NOT_SECRET
