"""Direct calls of Strawberry's synchronous resolvers without arguments.

Strawberry converts the arguments of each call, runs extensions and exception handlers, and looks up which parameters
the resolver takes: 3.5 µs, for something that never changes. Here it is looked up once. Fields without a resolver are
attributes, as they are for Strawberry.

Rule: only a resolver that Strawberry calls without any other step is called directly: no arguments, no extensions or
permissions, no exception handlers, not asynchronous. (It may still return an awaitable.)
"""

from collections.abc import Callable
from typing import Any, cast

import strawberry
from graphql import GraphQLField, GraphQLResolveInfo, GraphQLSchema

from app.web.graphql.fast.attributes import definition_of, is_read_by_getattr
from app.web.graphql.fast.internals import StrawberryField, StrawberryResolver, strawberry_schema
from schema.selections.derived import Derivation, derivation_of

Resolver = Callable[[Any, GraphQLResolveInfo[Any]], Any]
Derive = Callable[[Any], Any]


def direct_resolver(field: GraphQLField, schema: GraphQLSchema) -> Resolver | None:
    """Return the function that resolves the field; None where Strawberry has to do it."""
    definition = definition_of(field)
    if definition is None or definition.extensions or definition.is_async or field.args:
        return None
    owner: strawberry.Schema | None = strawberry_schema(schema)
    if owner is None or owner.exception_handlers:
        return None
    resolver = definition.base_resolver
    if resolver is None:
        return _reader(definition)
    if type(resolver) is not StrawberryResolver:
        return None
    make_info = owner.config.info_class
    function = cast(Callable[..., Any], resolver.wrapped_func)
    takes_source = resolver.self_parameter is not None
    info_name = resolver.info_parameter.name if resolver.info_parameter else None
    source_names = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each]

    # As `get_arguments` of Strawberry's schema converter.
    def resolve(source: object, info: GraphQLResolveInfo[Any]) -> object:
        arguments: dict[str, Any] = dict.fromkeys(source_names, source)
        if info_name is not None:
            arguments[info_name] = make_info(info, definition)
        return function(source, **arguments) if takes_source else function(**arguments)

    return resolve


def derived_by(field: GraphQLField, schema: GraphQLSchema) -> tuple[Derive, Derivation] | None:
    """Return the method that makes a derived field, and what else is known of it; None for another field."""
    definition = definition_of(field)
    derivation = derivation_of(definition) if definition else None
    if definition is None or derivation is None or direct_resolver(field, schema) is None:
        return None
    resolver = definition.base_resolver
    if resolver is None or resolver.self_parameter is None:
        return None
    if resolver.info_parameter or resolver.parent_parameter or resolver.root_parameter:
        return None
    return cast(Derive, resolver.wrapped_func), derivation


def _reader(definition: StrawberryField) -> Resolver | None:
    name = definition.python_name
    return (lambda source, _: getattr(source, name)) if is_read_by_getattr(definition) else None
