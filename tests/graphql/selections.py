"""Queries that ask for everything, made from the schema itself: what is added to it is asked for, too."""

import re
from collections.abc import Iterator
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_object_type, is_required_argument

from schema.root import schema

CORE = schema._schema
LISTED = 4  # entries of a list inside another

_SPREAD = re.compile(r"\.\.\.([A-Z]\w*)")


def root_fields(root: str) -> dict[str, GraphQLField]:
    """Return the fields of Query, Mutation or Subscription."""
    return dict(CORE.type_map[root].fields)


def has_id(type_: Any) -> bool:  # noqa: ANN401 - of any kind
    """Tell whether objects of the type can be found again by a global id."""
    return is_object_type(type_) and any(each.name == "Node" for each in type_.interfaces)


def types_with_id() -> list[str]:
    """Return the names of all types whose objects have a global id."""
    return sorted(name for name, type_ in CORE.type_map.items() if has_id(type_))


def asked_whole(field: GraphQLField, *, further: int) -> str:
    """Return a selection of a root field: all of what it gives, and `further` steps of what that refers to."""
    return _selection(_object(field), further=further)


def asked_near(field: GraphQLField, *, further: int) -> str:
    """Return a selection of a root field without fragments: its values, and those of what is `further` steps away."""
    return _near(_object(field), further=further)


def with_fragments(document: str) -> str:
    """Return an operation and the fragments that it needs."""
    needed: dict[str, str] = {}
    waiting = set(_SPREAD.findall(document))
    while waiting:
        name = waiting.pop()
        needed[name] = f"fragment {name} on {name} {{ {' '.join(_whole(CORE.type_map[name]))} }}"
        waiting |= set(_SPREAD.findall(needed[name])) - needed.keys()
    return "\n".join([document, *needed.values()])


def _selection(type_: Any, *, further: int) -> str:  # noqa: ANN401 - of any kind
    parts = [f"...{type_.name}"]
    for name, field in _asked(type_):
        if (of := _object(field)) is not None and (further or not has_id(of)) and _leads_on(of):
            parts.append(f"{name}{_arguments(field)} {_selection(of, further=further - has_id(of))}")
    return f"{{ {' '.join(parts)} }}"


def _near(type_: Any, *, further: int) -> str:  # noqa: ANN401 - of any kind
    parts = ["__typename"]
    for name, field in _asked(type_):
        of = _object(field)
        if is_leaf_type(get_named_type(field.type)):
            parts.append(name)
        elif of is None:
            parts.append(f"{name} {{ __typename code message field }}")
        elif name != "pageInfo" and (further or name == "nodes"):
            parts.append(f"{name} {_near(of, further=max(0, further - (not of.name.endswith('Connection'))))}")
    return f"{{ {' '.join(parts)} }}"


def _whole(type_: GraphQLObjectType) -> Iterator[str]:
    """Yield all of one object: its values, and no more than the ids of what it refers to."""
    yield "__typename"
    for name, field in _asked(type_):
        of = _object(field)
        if is_leaf_type(get_named_type(field.type)):
            yield name
        elif of is None:
            yield f"{name} {{ __typename code message field }}"  # the errors that refuse a request
        else:
            yield f"{name}{_arguments(field)} {{ {'__typename id' if has_id(of) else f'...{of.name}'} }}"


def _asked(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField]]:
    """Yield what can be asked for without knowing anything; an edge repeats its node, and a history ends now."""
    for name, field in type_.fields.items():
        if name not in {"edges", "history"} and not any(map(is_required_argument, field.args.values())):
            yield name, field


def _leads_on(type_: GraphQLObjectType) -> bool:
    """Tell whether something with an id is, or is part of, an object of the type."""
    parts = (_object(field) for _, field in _asked(type_))
    return has_id(type_) or any(part is not None and _leads_on(part) for part in parts)


def _object(field: GraphQLField) -> Any:  # noqa: ANN401 - a type of the schema
    named = get_named_type(field.type)
    return named if is_object_type(named) else None


def _arguments(field: GraphQLField) -> str:
    return f"(first: {LISTED})" if "first" in field.args else ""
