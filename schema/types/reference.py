"""References without a read: where a query asks for nothing but what the referring row knows already."""

from graphql import FieldNode

from app.domain.failures import Unavailable
from schema.context import Info
from schema.core import raw_info


def check_found(found: object, info: Info, what: str) -> None:
    """Prove that what a row refers to is there. Raises Unavailable where it has just ceased to be visible.

    That happens to those limited to categories, between two reads of one answer, when an item changes its category.
    """
    if found is None and info.context.services.references.are_limited:
        raise Unavailable("what was asked for has just changed. Ask again.")
    assert found is not None, f"a reference to the unknown {what}"


def asks_only_for(info: Info, names: frozenset[str]) -> bool:
    """Tell whether nothing but these fields is selected. A fragment counts as more."""
    return all(
        isinstance(selected, FieldNode) and selected.name.value in names
        for node in raw_info(info).field_nodes
        if node.selection_set
        for selected in node.selection_set.selections
    )
