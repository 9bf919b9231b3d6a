"""Every root field and object type has a declared scope, and the schema says so."""

import pytest
import strawberry
from graphql import get_named_type

from app.domain.access.role import BUILT_IN_SCOPES
from app.domain.access.scope import ALL_SCOPES, Scope, expanded
from schema.core import core_schema
from schema.declarations.scopes import NODE_SCOPE, SCOPE, Requires, Undeclared, declare_scopes, listed_types
from schema.root import schema
from schema.sdl import sdl

ADMINISTRATION = ("apiKey", "user", "role", "documents", "trustedDocument", "audit")
CORE = core_schema(schema)
ROOTS = [root for root in (CORE.query_type, CORE.mutation_type, CORE.subscription_type) if root]


@strawberry.type(name="Query")
class _Undeclared:
    name: str


@strawberry.type
class _Forgotten:
    name: str


@strawberry.type(name="Query")
class _WithForgotten:
    forgotten: _Forgotten = strawberry.field(resolver=lambda: None, directives=[Requires(scope=None)])


def test_every_root_field_has_a_scope_that_the_printed_schema_shows() -> None:
    """Reading needs a scope to read, changing one to write; those for anyone and for admins are known by name."""
    scopes = {f"{root.name}.{name}": field.extensions[SCOPE] for root in ROOTS for name, field in root.fields.items()}
    anyone = {path for path, scope in scopes.items() if scope is None}
    assert anyone == {"Mutation.passwordChange", "Query.node", "Query.nodes", "Query.operationByKey", "Query.viewer"}
    reads = {path for path, scope in scopes.items() if scope and scope.endswith(":read")}
    administration = {path for path, scope in scopes.items() if scope == "admin"}
    others = {path for path in scopes if not path.startswith("Mutation.")} - administration
    assert others == (reads | anyone) - {"Mutation.passwordChange"}
    assert all(path.partition(".")[2].startswith(ADMINISTRATION) for path in administration)
    assert all(Scope(scope) for scope in scopes.values() if scope)
    printed = sdl()
    assert printed.count('@requires(scope: "') + printed.count("@requires(scope: null)") == len(scopes)


def test_a_root_field_without_a_scope_does_not_build() -> None:
    """Whoever forgets it hears at once where it is declared."""
    with pytest.raises(Undeclared, match=r"Query\.name has no scope"):
        declare_scopes(strawberry.Schema(query=_Undeclared))


def test_an_object_type_without_an_area_does_not_build() -> None:
    """A new type is not readable by everyone by chance."""
    with pytest.raises(Undeclared, match="Forgotten has no scope"):
        declare_scopes(strawberry.Schema(query=_WithForgotten))


def test_the_tables_name_only_types_that_exist() -> None:
    """A type that is renamed or removed leaves no line behind."""
    assert {name for name in listed_types() if name not in CORE.type_map} == set()


def test_each_node_has_the_scope_of_its_root_field() -> None:
    """Reading an object by its global id needs what reading it by its own field needs."""
    nodes = CORE.get_possible_types(CORE.type_map["Node"])
    needed = {each.name: each.extensions[NODE_SCOPE] for each in nodes}
    fields = {get_named_type(field.type).name: field.extensions[SCOPE] for field in CORE.query_type.fields.values()}
    assert {name: scope for name, scope in needed.items() if fields.get(name, scope) not in {scope, None}} == {}


def test_roles_grow_with_the_job() -> None:
    """A viewer changes nothing; a manager does what all others do, short of administration."""
    scopes = {name: expanded(role) for name, role in BUILT_IN_SCOPES.items()}
    assert list(scopes) == ["viewer", "clerk", "counter", "buyer", "manager", "admin"]
    assert not any(scope.endswith(":write") for scope in scopes["viewer"])
    assert scopes["manager"] == scopes["admin"] - {Scope.ADMIN}
    assert scopes["admin"] == ALL_SCOPES
    assert all(scopes[name] < scopes["manager"] for name in ("viewer", "clerk", "counter", "buyer"))
