"""References without a read: where a query asks for nothing but what the referring row knows already."""

from graphql import FieldNode

from schema.context import Info
from schema.core import raw_info


def asks_only_for(info: Info, names: frozenset[str]) -> bool:
    """Tell whether nothing but these fields is selected. A fragment counts as more."""
    return all(
        isinstance(selected, FieldNode) and selected.name.value in names
        for node in raw_info(info).field_nodes
        if node.selection_set
        for selected in node.selection_set.selections
    )
