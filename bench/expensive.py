"""The most expensive operations that are allowed, found by search over the schema.

A search begins with one list of the root and everything that its entries have, to some depth, and grows or shrinks it
one step at a time, by fields, by nesting and by sizes, for as long as it comes nearer to the cost that is allowed. The
same seed finds the same operation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    is_union_type,
    parse,
)

from app.web.graphql.transport.documents.complexity import excesses
from app.web.graphql.transport.documents.cost import CostCompiler
from app.web.graphql.transport.limits import Limits

STEPS = 150
MAX_TOKENS = 1_900
LARGEST = 250


@dataclass
class Chosen:
    """A field of a selection."""

    name: str
    type: Any
    alias: str | None = None
    arguments: dict[str, str] = field(default_factory=dict)
    below: list["Chosen"] = field(default_factory=list)

    def __str__(self) -> str:
        alias = f"{self.alias}: " if self.alias else ""
        arguments = ", ".join(f"{name}: {value}" for name, value in self.arguments.items())
        selection = f" {{ {' '.join(map(str, self.below))} }}" if self.below else ""
        return f"{alias}{self.name}{f'({arguments})' if arguments else ''}{selection}"

    def walk(self) -> Iterator["Chosen"]:
        """Yield the field and everything below it."""
        yield self
        for each in self.below:
            yield from each.walk()


@dataclass(frozen=True)
class Found:
    """An operation that is allowed."""

    document: str
    cost: int


class Search:
    """Looks for expensive operations of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, seed: int) -> None:
        self._schema, self._limits, self._random = schema, limits, Random(seed)  # noqa: S311 - nothing is secret
        self._aliases = count()

    def found(self, root: str, arguments: dict[str, str]) -> Found:
        """Return an operation on a field of the root whose cost is near to what is allowed."""
        chosen = self._field("Query", root, depth=self._random.randint(1, 3))
        chosen.arguments.update(arguments)
        best: Found | None = None
        for _ in range(STEPS):
            cost = self._cost(chosen)
            if cost is not None and cost <= self._limits.max_cost:
                if best is None or cost > best.cost:
                    best = Found(f"{{ {chosen} }}", cost)
                if cost > self._limits.max_cost * 0.97:
                    break
                self._grow(chosen)
            else:
                self._shrink(chosen)
        assert best is not None, f"nothing about {root} is allowed"
        return best

    def _cost(self, chosen: Chosen) -> int | None:
        document = parse(f"{{ {chosen} }}")
        if sum(1 for _ in chosen.walk()) * 2 > MAX_TOKENS or excesses(document, self._limits):
            return None
        try:
            return CostCompiler(self._schema, document.definitions[0], {}, self._limits).cost().of(None)  # type: ignore[arg-type] # it is the only one
        except GraphQLError:
            return None

    def _field(self, parent: str, name: str, *, depth: int) -> Chosen:
        declared = self._schema.type_map[parent].fields[name]  # type: ignore[attr-defined] # an object
        chosen = Chosen(name, get_named_type(declared.type))
        if "first" in declared.args:
            chosen.arguments["first"] = str(self._random.choice((5, 20, LARGEST)))
        chosen.below = self._below(chosen.type, depth)
        return chosen

    def _below(self, type_: Any, depth: int) -> list[Chosen]:  # noqa: ANN401 - any output type
        if is_leaf_type(type_):
            return []
        if is_union_type(type_) or is_interface_type(type_):
            return [Chosen("__typename", None)]
        chosen: list[Chosen] = []
        for name, declared in type_.fields.items():
            named = get_named_type(declared.type)
            if any(map(is_required_argument, declared.args.values())) or name == "edges":
                continue
            if is_leaf_type(named):
                chosen.append(Chosen(name, named))
            elif name == "nodes" or (is_object_type(named) and depth > 0 and self._random.random() < 0.6):
                is_page = name == "nodes" or named.name.endswith("Connection")
                chosen.append(self._field(type_.name, name, depth=depth if is_page else depth - 1))
        return chosen or [Chosen("__typename", None)]

    def _grow(self, chosen: Chosen) -> None:
        fields = list(chosen.walk())
        sized = [each for each in fields if int(each.arguments.get("first", LARGEST)) < LARGEST]
        if sized and self._random.random() < 0.6:
            one = self._random.choice(sized)
            one.arguments["first"] = str(min(int(one.arguments["first"]) * 3 // 2 + 1, LARGEST))
            return
        parent = self._random.choice([each for each in fields if is_object_type(each.type)])
        names = [
            name
            for name, declared in parent.type.fields.items()
            if name != "edges" and not any(map(is_required_argument, declared.args.values()))
        ]
        if names:
            added = self._field(parent.type.name, self._random.choice(names), depth=1)
            added.alias = f"a{next(self._aliases)}"
            parent.below.append(added)

    def _shrink(self, chosen: Chosen) -> None:
        fields = list(chosen.walk())
        sized = [each for each in fields if int(each.arguments.get("first", 1)) > 2]
        if sized and self._random.random() < 0.7:
            one = self._random.choice(sized)
            one.arguments["first"] = str(int(one.arguments["first"]) * 2 // 3)
            return
        parents = [each for each in fields if len(each.below) > 1]
        if parents:
            parent = self._random.choice(parents)
            parent.below.remove(self._random.choice(parent.below))
