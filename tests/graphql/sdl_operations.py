# ruff: noqa: ANN401 - values and types of GraphQL are of any kind
"""Operations of the whole schema, drawn at random: most of them valid, some not, for hypothesis.

What is added to the schema is drawn, too. Names and ids come from a pool, so that reads find something.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import strategies as st

from schema.root import schema

CORE = schema._schema
MAX_DEPTH, MAX_FIELDS, MAX_ENTRIES = 4, 4, 3
KINDS = {"query": CORE.query_type, "mutation": CORE.mutation_type, "subscription": CORE.subscription_type}

_TEXTS = ["", " ", "x", "TEA", "é", "\u202e", "🍵" * 40, "a" * 300, "'; drop", "$where", "{}", "1e309"]
_NUMBERS = [-(2**31), -2, -1, 0, 1, 2, 5, 50, 250, 251, 1_000, 2**31 - 1, 2**31]
_TIMES = ["2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59.999999+14:00", "0001-01-01", "now"]
_DAYS = ["2026-01-01", "2024-02-29", "2023-02-29", "9999-12-31", ""]
_AMOUNTS = ["0", "-1", "2.50", "1e3", "NaN", "Infinity", "99999999999999999999", "0.000000001", "1_0"]
_WRONG = [None, True, 3.5, [], {}, [[]], {"a": 1}]
_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "Boolean": st.booleans(),
    "Int": st.sampled_from(_NUMBERS),
    "BigInt": st.sampled_from(_NUMBERS),
    "Float": st.sampled_from(_NUMBERS),
    "DateTime": st.sampled_from(_TIMES),
    "Date": st.sampled_from(_DAYS),
    "Decimal": st.sampled_from(_AMOUNTS),
}
_CURSOR = "eyJvIjoiU0tVIn0="


@dataclass(frozen=True)
class Drawn:
    """An operation and its variables."""

    kind: str
    document: str
    variables: Mapping[str, Any]


class _Sketch:
    """An operation that is being drawn: its variables, and a name for each alias."""

    def __init__(self, draw: Any, names: Mapping[str, Sequence[str]]) -> None:
        self.draw, self._names = draw, names
        self.variables: dict[str, Any] = {}
        self.declared: list[str] = []
        self._aliases = 0

    def selection(self, type_: Any, depth: int) -> str:
        """Return what is selected of a composite type."""
        parts = ["__typename"] if self._rarely() else []
        if is_abstract_type(type_):
            possible = sorted(CORE.get_possible_types(type_), key=lambda one: one.name)
            parts += [f"... on {each.name} {self.selection(each, depth)}" for each in self._some(possible)]
        fields = getattr(type_, "fields", {})
        reached = [name for name in fields if depth or is_leaf_type(get_named_type(fields[name].type))]
        parts += [self.field(name, fields[name], depth) for name in self._some(reached)]
        return f"{{ {' '.join(parts) or '__typename'} }}"

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        """Return one field, with its arguments, perhaps under an alias or a condition."""
        text = f"{name}{self._arguments(field.args)}"
        if self._rarely():
            self._aliases += 1
            text = f"a{self._aliases}: {text}"
        if self._rarely():
            text += self.draw(st.sampled_from([" @include(if: true)", " @skip(if: true)", " @skip(if: false)"]))
        below = get_named_type(field.type)
        return text if is_leaf_type(below) else f"{text} {self.selection(below, max(depth - 1, 0))}"

    def _arguments(self, arguments: Mapping[str, GraphQLArgument]) -> str:
        given = [f"{name}: {self._written(name, each)}" for name, each in self._given(arguments)]
        return f"({', '.join(given)})" if given else ""

    def _written(self, name: str, argument: GraphQLArgument) -> str:
        value = self._value(name, argument.type)
        if self.draw(st.booleans()):
            variable = f"v{len(self.variables)}"
            self.declared.append(f"${variable}: {argument.type}")
            self.variables[variable] = value
            return f"${variable}"
        return _literal(value, argument.type)

    def _given(self, fields: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Return what is required, and some of the rest; rarely not all that is required."""
        return [
            (name, each)
            for name, each in fields.items()
            if (_is_required(each) and not self._rarely()) or self.draw(st.integers(0, 3)) == 0
        ]

    def _value(self, name: str, type_: Any) -> Any:
        if self._rarely():
            return self.draw(st.sampled_from(_WRONG))
        type_ = get_nullable_type(type_)
        if is_list_type(type_):
            return [self._value(name, type_.of_type) for _ in range(self.draw(st.integers(0, MAX_ENTRIES)))]
        if is_input_object_type(type_):
            return {key: self._value(key, each.type) for key, each in self._given(type_.fields)}
        if is_enum_type(type_):
            return self.draw(st.sampled_from(sorted(type_.values)))
        return self.draw(self._scalar(name, type_.name))

    def _scalar(self, name: str, type_name: str) -> st.SearchStrategy[Any]:
        if type_name in _VALUES:
            return _VALUES[type_name]
        if type_name == "ID":
            return st.sampled_from([*self._names["id"], "x", "U3RvY2tMZXZlbDp4", ""])
        known = self._names.get(name, self._names["sku"])
        return st.sampled_from([*known, *known, *known, *_TEXTS, _CURSOR])

    def _some(self, things: list[Any]) -> list[Any]:
        if not things:
            return []
        return self.draw(st.lists(st.sampled_from(things), min_size=1, max_size=MAX_FIELDS, unique=True))

    def _rarely(self) -> bool:
        return bool(self.draw(st.integers(0, 19)) == 13)  # hypothesis draws the least number far more often


@st.composite
def operations(draw: Any, names: Mapping[str, Sequence[str]], kinds: Sequence[str] = tuple(KINDS)) -> Drawn:
    """Draw an operation. `names` are texts that exist, by argument (`sku`, `location`, `id`, …)."""
    kind = draw(st.sampled_from(kinds))
    root, sketch = KINDS[kind], _Sketch(draw, names)
    assert root is not None
    most = 1 if kind == "subscription" else 2
    chosen = draw(st.lists(st.sampled_from(sorted(root.fields)), min_size=1, max_size=most, unique=True))
    fields = " ".join(sketch.field(name, root.fields[name], MAX_DEPTH) for name in chosen)
    declared = f"({', '.join(sketch.declared)})" if sketch.declared else ""
    return Drawn(kind, f"{kind} Drawn{declared} {{ {fields} }}", sketch.variables)


def _is_required(each: GraphQLArgument | GraphQLInputField) -> bool:
    return is_required_argument(each) if isinstance(each, GraphQLArgument) else is_required_input_field(each)


def _literal(value: Any, type_: Any) -> str:
    """Return a value as it is written in a document: the names of enum values and fields without quotes."""
    named = get_named_type(type_)
    match value:
        case dict():
            fields = getattr(named, "fields", {})
            inner = [
                f"{key}: {_literal(each, fields[key].type if key in fields else named)}" for key, each in value.items()
            ]
            return f"{{{', '.join(inner)}}}"
        case list():
            return f"[{', '.join(_literal(each, named) for each in value)}]"
        case str() if is_enum_type(named) and value.isidentifier():
            return value
        case _:
            return json.dumps(value)
