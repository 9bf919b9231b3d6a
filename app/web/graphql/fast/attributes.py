"""Which fields are plain attributes: reading one has no side effect, and no resolver is involved.

Rule: where in doubt, a field is not plain. A plain attribute may be read early, twice, or not at all without a visible
difference; that makes it safe to try the compiled function first. So the class of the object must be the very class
that Strawberry made for the type, with Python's own attribute lookup and no property under that name.

This module alone knows how Strawberry decides to resolve a field by `getattr`.
"""

import inspect
from typing import Any

from graphql import GraphQLField, GraphQLID, GraphQLObjectType, GraphQLOutputType, is_non_null_type
from strawberry.relay import Node
from strawberry.types import get_object_definition

from app.web.graphql.fast.internals import StrawberryField, StrawberryObjectDefinition, definition_behind


def classes_of(type_: GraphQLObjectType) -> tuple[type, ...]:
    """Return the classes whose instances are of the type; none where the type has an `is_type_of` of its own."""
    definition = definition_behind(type_)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        return ()
    origins = [definition.origin, *([definition.concrete_of.origin] if definition.concrete_of else [])]
    return tuple(origins) if all(map(_is_ordinary, origins)) else ()


def definition_of(field: GraphQLField) -> StrawberryField | None:
    """Return Strawberry's definition of the field; None for subclasses, which may resolve in any way."""
    found = definition_behind(field)
    return found if type(found) is StrawberryField else None


def attribute_of(field: GraphQLField, classes: tuple[type, ...]) -> str | None:
    """Return the attribute that the field reads, if it is a plain one in all the classes."""
    definition = definition_of(field)
    if definition is None or not definition.is_basic_field or not is_read_by_getattr(definition):
        return None
    return _if_plain(definition.python_name, classes)


def is_read_by_getattr(definition: StrawberryField) -> bool:
    """Tell whether Strawberry's `default_resolver`, which the schema's configuration may replace, is its own."""
    own: object = StrawberryField.default_resolver
    return definition.default_resolver is own


def identity_of(field: GraphQLField, classes: tuple[type, ...]) -> str | None:
    """Return the attribute behind a global id, if the field is Relay's `id` as Strawberry resolves it."""
    definition = definition_of(field)
    if definition is None or definition.extensions or definition.base_resolver is None:
        return None
    if _function(definition.base_resolver.wrapped_func) is not _RESOLVE_ID or not _is_required_id(field.type):
        return None
    if len(classes) != 1 or not all(_is_unchanged(classes[0], name) for name in ("resolve_id", "resolve_typename")):
        return None
    return _if_plain(classes[0].resolve_id_attr(), classes)  # type: ignore[attr-defined] # the class of a Node


def _is_ordinary(cls: type) -> bool:
    lookup: object = cls.__getattribute__
    return (
        lookup is object.__getattribute__
        and not any(hasattr(cls, name) for name in ("__getattr__", "__await__"))
        and not issubclass(cls, Exception)
    )


def _if_plain(name: str, classes: tuple[type, ...]) -> str | None:
    return name if name.isidentifier() and all(_is_plain(cls, name) for cls in classes) else None


def _is_plain(cls: type, name: str) -> bool:
    found = inspect.getattr_static(cls, name, None)
    return inspect.ismemberdescriptor(found) or not hasattr(type(found), "__get__")


def _is_required_id(type_: GraphQLOutputType) -> bool:
    return is_non_null_type(type_) and type_.of_type is GraphQLID


def _function(method: Any) -> object:  # noqa: ANN401 - bound or not
    return getattr(method, "__func__", method)


def _is_unchanged(cls: type, name: str) -> bool:
    return issubclass(cls, Node) and _function(getattr(cls, name)) is _function(getattr(Node, name))


def _relay_resolver() -> object:
    definition = get_object_definition(Node, strict=True)
    [field] = [each for each in definition.fields if each.graphql_name == "id" or each.python_name == "_id"]
    assert field.base_resolver is not None
    return _function(field.base_resolver.wrapped_func)


_RESOLVE_ID = _relay_resolver()
