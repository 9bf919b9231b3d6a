# ruff: noqa: ANN401 - JSON is of any type
"""The gate of scopes in front of the whole schema, over services that nothing may reach."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import httpx
from graphql import GraphQLField, get_named_type, is_leaf_type, is_required_argument

from app.bootstrap import Application
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.scope import Scope, expanded
from app.web.error_codes import error_code
from app.web.graphql import Engine, Execution, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.transport.documents.cache import OutOfScope
from app.web.graphql.transport.request import GraphQLRequest
from schema.context import Context
from schema.core import core_schema
from schema.root import schema
from tests.graphql.api import Api

CORE = core_schema(schema)
ROOTS = [root for root in (CORE.query_type, CORE.mutation_type, CORE.subscription_type) if root]


class Unreachable:
    """Services of which a test wants nothing."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was reached.")


class Cell(NamedTuple):
    """A root field, and the smallest operation that selects it."""

    path: str
    field: GraphQLField
    text: str


def principal(*scopes: Scope, **others: Any) -> Principal:
    """Return a key with these scopes."""
    return Principal(kind=PrincipalKind.KEY, name="till", scopes=expanded(scopes), **others)


def context(*scopes: Scope, **others: Any) -> Context:
    """Return the context of a key with these scopes."""
    services: Any = Unreachable()
    return Context(services=services, request_id="x", principal=principal(*scopes, **others))


def engine(*scopes: Scope, documents_only: bool = False, **options: Any) -> Engine:
    """Return an engine whose every request is one of a key with these scopes."""
    made = partial(context, *scopes, documents_only=documents_only)
    return Engine(Execution(schema), **{"make_context": lambda *_: made(), "map_error": error_code, **options})


def client(*scopes: Scope, **options: Any) -> httpx.AsyncClient:
    """Return a client that sends its requests with these scopes."""
    return client_of(engine(*scopes, **options))


def client_of(served: Engine) -> httpx.AsyncClient:
    """Return a client of an engine."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(GraphQLApp(served)), base_url="http://localhost")


@asynccontextmanager
async def api_of(application: Application, who: Principal) -> AsyncIterator[Api]:
    """Return a client whose requests are those of a principal, over an open application."""
    served = Engine(
        CompiledExecution(schema, Context.refresh),
        make_context=lambda _, request_id: Context(services=application.services, request_id=request_id, principal=who),
        map_error=error_code,
    )
    transport = httpx.ASGITransport(GraphQLApp(served))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield Api(http)


def missing(text: str, *scopes: Scope, operation_name: str | None = None) -> list[tuple[str, str]]:
    """Return the scopes that an operation lacks, each with the first field that needs it."""
    try:
        _GATE.document(GraphQLRequest(text, operation_name=operation_name), context(*scopes))
    except OutOfScope as refused:
        facts: list[Any] = [error.extensions for error in refused.errors]
        return [(each["scope"], each["field"]) for each in facts]
    return []


def cells() -> Iterator[Cell]:
    """Yield every field of the root."""
    for root in ROOTS:
        for name, field in root.fields.items():
            needed = {each: argument.type for each, argument in field.args.items() if is_required_argument(argument)}
            declared = ", ".join(f"${each}: {type_}" for each, type_ in needed.items())
            given = ", ".join(f"{each}: ${each}" for each in needed)
            selected = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
            head = f"{root.name.lower()}{f' ({declared})' if declared else ''}"
            text = f"{head} {{ {name}{f'({given})' if given else ''}{selected} }}"
            yield Cell(f"{root.name}.{name}", field, text)


_GATE = engine()
