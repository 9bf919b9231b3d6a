# ruff: noqa: ANN401 - types and values of GraphQL are of any kind
"""Queries drawn from the schema, as trees written in two ways: as they are, and so that the whole answer is known."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from graphql import (
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from schema.root import schema

CORE = schema._schema
WHOLE = 250  # entries of a page
MAX_DEPTH, MAX_FIELDS = 4, 4
PAGE_INFO = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
NOT_ASKED = frozenset({"entries", "matching"})  # deprecated, of counts: see their new names

# What decides whether an object is visible, asked for beside what a query asks for.
_LEVEL = "item { sku category } location { code }"
FACTS: Mapping[str, str] = {
    "StockLevel": "_of: item { sku category } _at: location { code }",
    "InventoryInsight": "_of: item { sku category } _at: location { code }",
    "Movement": "_of: item { sku category } _at: location { code }",
    "StockAlert": "_of: item { sku category } _at: location { code }",
    "ReplenishmentNeed": f"_level: level {{ {_LEVEL} }}",
    "ReplenishmentAdvice": f"_level: level {{ {_LEVEL} }}",
    "ReplenishmentSimulation": f"_level: level {{ {_LEVEL} }}",
    "CountDue": f"_level: level {{ {_LEVEL} }}",
    "Item": "_category: category",
    "Location": "_code: code",
    "Transfer": "_from: source { code } _to: destination { code }",
    "PurchaseOrder": "_at: location { code }",
    "StockCount": "_at: location { code }",
    "SupplierItem": "_of: item { sku category }",
    "ReplenishmentPolicy": "_scope: scope _name: name",
    "Reservation": "_id: id",
    "Operation": "_id: id",
}


@dataclass(frozen=True)
class Asked:
    """A field, its arguments, and what is selected below it. Its alias tells it from others of its name."""

    alias: str
    name: str
    type: Any
    arguments: Mapping[str, Any] = field(default_factory=dict)
    below: tuple["Asked", ...] = ()
    on: Mapping[str, tuple["Asked", ...]] = field(default_factory=dict)  # by type, below an interface
    texts: Mapping[str, str] = field(default_factory=dict)  # the arguments as they are written

    @property
    def is_connection(self) -> bool:
        """Whether it is a page of something."""
        return get_named_type(self.type).name.endswith("Connection")

    @property
    def node_type(self) -> Any:
        """The type of the entries of a connection."""
        return get_named_type(get_named_type(self.type).fields["nodes"].type)

    def after(self, cursor: str) -> "Asked":
        """Return it for the page after a cursor."""
        return replace(
            self, arguments={**self.arguments, "after": cursor}, texts={**self.texts, "after": f'"{cursor}"'}
        )


def written(asked: Asked) -> str:
    """Return the field as it is asked of a limited principal."""
    if asked.is_connection:
        nodes = " ".join(map(written, asked.below)) or "__typename"
        below = f"{{ totalCount {PAGE_INFO} edges {{ cursor }} nodes {{ {nodes} }} }}"
    elif asked.on:
        fragments = [f"... on {name} {{ {' '.join(map(written, some))} }}" for name, some in asked.on.items()]
        below = f"{{ __typename {' '.join(fragments)} }}"
    else:
        below = f"{{ {' '.join(map(written, asked.below))} }}" if asked.below else ""
    return f"{asked.alias}: {asked.name}{_arguments(asked.texts)} {below}"


def whole(asked: Asked, *, after: str | None = None) -> str:
    """Return the field as it is asked to know everything: whole lists, and what decides what is visible."""
    if asked.is_connection:
        texts = {**asked.texts, "first": str(WHOLE)} | ({} if after is None else {"after": f'"{after}"'})
        nodes = _whole_of(asked.node_type, asked.below)
        return f"{asked.alias}: {asked.name}{_arguments(texts)} {{ {PAGE_INFO} edges {{ cursor node {nodes} }} }}"
    texts = {**asked.texts, "first": str(WHOLE)} if "first" in asked.texts else asked.texts
    if asked.on:
        fragments = [f"... on {name} {_whole_of(CORE.type_map[name], some)}" for name, some in asked.on.items()]
        below = f"{{ __typename {' '.join(fragments)} }}"
    else:
        below = _whole_of(get_named_type(asked.type), asked.below) if asked.below else ""
    return f"{asked.alias}: {asked.name}{_arguments(texts)} {below}"


def _whole_of(type_: Any, below: Sequence[Asked]) -> str:
    return f"{{ __typename {FACTS.get(type_.name, '')} {' '.join(map(whole, below))} }}"


def _arguments(texts: Mapping[str, str]) -> str:
    return f"({', '.join(f'{name}: {text}' for name, text in texts.items())})" if texts else ""


class Drawing:
    """Draws queries with dice. `names` are values for arguments and input fields by their names."""

    def __init__(self, dice: Random, names: Mapping[str, Sequence[Any]]) -> None:
        self._dice, self._names = dice, names
        self._aliases = 0
        self._is_whole = False
        self._looked_up = ""

    def root(self, name: str, *, is_whole: bool = False) -> Asked:
        """Draw a root field of the queries: some fields below it, or all that are not far."""
        self._is_whole = is_whole
        self._looked_up = get_named_type(CORE.query_type.fields[name].type).name
        return self._field(name, CORE.query_type.fields[name], depth=MAX_DEPTH)

    def _field(self, name: str, field_: Any, *, depth: int) -> Asked:
        self._aliases += 1
        values = dict(self._given(field_.args, is_root=depth == MAX_DEPTH))
        texts = {each: _literal(value, field_.args[each].type) for each, value in values.items()}
        asked = Asked(f"{name}_{self._aliases}", name, field_.type, values, texts=texts)
        if asked.is_connection:
            return replace(asked, below=self._below(asked.node_type, depth=depth - 1))
        named = get_named_type(field_.type)
        if is_leaf_type(named):
            return asked
        if is_interface_type(named):
            return replace(asked, on={each.name: self._below(each, depth=2) for each in CORE.get_possible_types(named)})
        return replace(asked, below=self._below(named, depth=depth - 1))

    def _below(self, type_: Any, *, depth: int) -> tuple[Asked, ...]:
        fields = {name: each for name, each in type_.fields.items() if name not in NOT_ASKED}
        reached = [name for name, each in fields.items() if depth > 0 or is_leaf_type(get_named_type(each.type))]
        if not reached:
            return (Asked("__typename", "__typename", CORE.type_map["String"]),)
        if self._is_whole and depth > 0:
            return tuple(self._field(name, fields[name], depth=depth - 1) for name in reached)
        chosen = self._dice.sample(reached, min(len(reached), self._dice.randint(1, MAX_FIELDS)))
        return tuple(self._field(name, fields[name], depth=depth) for name in chosen)

    def _given(self, arguments: Mapping[str, Any], *, is_root: bool) -> Iterator[tuple[str, Any]]:
        for name, each in arguments.items():
            if name == "first":
                yield name, 20 if self._is_whole else self._dice.choice([0, 1, 2, 3, 5, 20] if is_root else [1, 2, 20])
            elif name != "after" and (
                is_non_null_type(each.type) or self._dice.random() < (0 if self._is_whole else 0.5)
            ):
                yield name, self._value(name, each.type, depth=2)

    def _value(self, name: str, type_: Any, *, depth: int) -> Any:
        type_ = get_nullable_type(type_)
        if is_list_type(type_):
            return [self._value(name, type_.of_type, depth=depth) for _ in range(self._dice.randint(1, 3))]
        if is_input_object_type(type_):
            return {
                key: self._value(key, each.type, depth=depth - 1)
                for key, each in type_.fields.items()
                if is_non_null_type(each.type) or self._dice.random() < 2 / len(type_.fields)
            }
        if is_enum_type(type_):
            return self._dice.choice(list(type_.values))
        if name == "id" and self._dice.random() < 0.8 and (ids := self._names.get(f"id of {self._looked_up}")):
            return self._dice.choice(ids)
        if name in self._names:
            return self._dice.choice(self._names[name])
        return self._dice.choice(self._names[type_.name])


def _literal(value: Any, type_: Any) -> str:
    type_ = get_nullable_type(type_)
    if value is None:
        return "null"
    if is_list_type(type_):
        return f"[{', '.join(_literal(each, type_.of_type) for each in value)}]"
    if is_input_object_type(type_):
        given = [f"{key}: {_literal(each, type_.fields[key].type)}" for key, each in value.items()]
        return f"{{{', '.join(given)}}}"
    return str(value) if is_enum_type(type_) else json.dumps(value)
