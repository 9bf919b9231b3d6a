#!/usr/bin/env python3
"""Write into docs/guides/caching.md which types have no id, as `make schema` does.

Of those the ones that stand alone in a field of an object, and not in a list, are parts of it: what two queries ask of
such a part belongs together, and caches are configured to merge it.
"""

import json
import re
from pathlib import Path

from graphql import GraphQLObjectType, get_named_type, get_nullable_type, is_list_type, is_object_type

from schema.core import core_schema
from schema.root import schema

GUIDE = Path(__file__).parents[1] / "docs" / "guides" / "caching.md"
_BLOCK = re.compile(r"(?<=```json\n).*?(?=```)", re.DOTALL)
_MERGED = re.compile(r"(?<=const mergedTypes = )\[.*?\]", re.DOTALL)
_LISTS = ("Connection", "Edge", "PageInfo")  # caches know these by their names


def value_types() -> list[str]:
    """Return the types of what has no global id and is part of whatever shows it."""
    core = core_schema(schema)
    roots = {core.query_type, core.mutation_type, core.subscription_type}
    return sorted(
        name
        for name, type_ in core.type_map.items()
        if is_object_type(type_) and type_ not in roots and not _has_id(type_)
        if not name.startswith("__") and not name.endswith(_LISTS)
    )


def merged_types() -> list[str]:
    """Return those of them that are one part of an object with an id, or of such a part."""
    core, values = core_schema(schema), set(value_types())
    found: set[str] = set()
    left = [type_ for type_ in core.type_map.values() if is_object_type(type_) and _has_id(type_)]
    while left:
        parts = _single_parts(left.pop()) & values - found
        found |= parts
        left += [core.type_map[name] for name in parts]
    return sorted(found)


def with_lists(guide: str) -> str:
    """Return the guide with the lists as they should be."""
    guide = _BLOCK.sub(json.dumps(value_types(), indent=2) + "\n", guide, count=1)
    return _MERGED.sub(json.dumps(merged_types(), indent=2), guide, count=1)


def _single_parts(type_: GraphQLObjectType) -> set[str]:
    types = [get_nullable_type(field.type) for field in type_.fields.values()]
    return {get_named_type(each).name for each in types if not is_list_type(each)}


def _has_id(type_: GraphQLObjectType) -> bool:
    return any(each.name == "Node" for each in type_.interfaces)


if __name__ == "__main__":
    GUIDE.write_text(with_lists(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
