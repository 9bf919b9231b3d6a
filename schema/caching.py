"""`python -m schema.caching`: writes into docs/caching.md which types have no id, as `make schema` does."""

import json
import re
from pathlib import Path

from graphql import GraphQLObjectType, is_object_type

from schema.root import schema

GUIDE = Path(__file__).parents[1] / "docs" / "caching.md"
_BLOCK = re.compile(r"(?<=```json\n).*?(?=```)", re.DOTALL)
_LISTS = ("Connection", "Edge", "PageInfo")  # caches know these by their names


def value_types() -> list[str]:
    """Return the types of what has no global id and is part of whatever shows it."""
    core = schema._schema  # noqa: SLF001 - Strawberry has no public way to its graphql-core schema
    roots = {core.query_type, core.mutation_type, core.subscription_type}
    return sorted(
        name
        for name, type_ in core.type_map.items()
        if is_object_type(type_) and type_ not in roots and not _has_id(type_)
        if not name.startswith("__") and not name.endswith(_LISTS)
    )


def listed(guide: str) -> list[str]:
    """Return the types that the guide lists."""
    found = _BLOCK.search(guide)
    assert found is not None, f"{GUIDE.name} has no list"
    return list(json.loads(found[0]))


def with_list(guide: str) -> str:
    """Return the guide with the list as it should be."""
    return _BLOCK.sub(json.dumps(value_types(), indent=2) + "\n", guide, count=1)


def _has_id(type_: GraphQLObjectType) -> bool:
    return any(each.name == "Node" for each in type_.interfaces)


if __name__ == "__main__":
    GUIDE.write_text(with_list(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
