"""The complexity of a document, measured before any expensive step.

Rule: the measurement itself is linear in the document. Each fragment is measured once and its figures are reused, so
fragments that spread fragments cannot make it slow; Strawberry's own limiters walk them again at every spread.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from app.web.graphql.transport.limits import Limits


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a selection, every fragment expanded."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    roots: int = 0  # fields of the outermost level
    repeats: int = 0  # fields whose name in the response stands in the same selection already

    def beside(self, other: "Size") -> "Size":
        """Return the size of both selections in the same selection set."""
        return Size(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.roots + other.roots,
            self.repeats + other.repeats,
        )


def excesses(document: DocumentNode, limits: Limits) -> list[GraphQLError]:
    """Return one error per limit that an operation of the document exceeds.

    Fragments that refer to themselves or to nothing are left to validation, which reports them better.
    """
    measure = _Measure(document)
    errors: list[GraphQLError] = []
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            errors += _compare(measure.operation(node), limits, node)
    return errors


def _compare(size: Size, limits: Limits, node: OperationDefinitionNode) -> Iterable[GraphQLError]:
    for what, actual, maximum in (
        ("levels deep", size.depth, limits.max_depth),
        ("fields, fragments expanded", size.fields, limits.max_fields),
        ("aliases, fragments expanded", size.aliases, limits.max_aliases),
        ("root fields", size.roots, limits.max_root_fields),
        ("directives", size.directives, limits.max_directives),
        ("fields that stand in their selection already", size.repeats, limits.max_repeats),
    ):
        if actual > maximum:
            yield GraphQLError(f"The operation exceeds the limit of {maximum} {what}.", node)


class _Measure:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Size] = {}
        self._names: dict[str, Counter[str]] = {}

    def operation(self, node: OperationDefinitionNode) -> Size:
        own = len(node.directives or ()) + sum(len(v.directives or ()) for v in node.variable_definitions or ())
        return self._whole(node.selection_set).beside(Size(directives=own))

    def _whole(self, selections: SelectionSetNode | None) -> Size:
        """Return the size of a selection set as the executor sees it: merged with the fragments in it."""
        names = self._response_names(selections)
        return self._selections(selections).beside(Size(repeats=names.total() - len(names)))

    def _response_names(self, selections: SelectionSetNode | None) -> Counter[str]:
        names: Counter[str] = Counter()
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                names[(node.alias or node.name).value] += 1
            elif isinstance(node, InlineFragmentNode):
                names.update(self._response_names(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                names.update(self._names_of_fragment(node.name.value))
        return names

    def _names_of_fragment(self, name: str) -> Counter[str]:
        if name not in self._names:
            self._names[name] = Counter()
            fragment = self._fragments.get(name)
            self._names[name] = self._response_names(fragment.selection_set if fragment else None)
        return self._names[name]

    def _selections(self, selections: SelectionSetNode | None) -> Size:
        total = Size()
        for node in selections.selections if selections else ():
            total = total.beside(Size(directives=len(node.directives or ())))
            if isinstance(node, FieldNode):
                total = total.beside(self._field(node))
            elif isinstance(node, InlineFragmentNode):
                total = total.beside(self._selections(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                total = total.beside(self._fragment(node.name.value))
        return total

    def _field(self, node: FieldNode) -> Size:
        below = self._whole(node.selection_set)
        return replace(
            below,
            depth=below.depth + 1,
            fields=below.fields + 1,
            aliases=below.aliases + (node.alias is not None),
            roots=1,
        )

    def _fragment(self, name: str) -> Size:
        if name not in self._sizes:
            self._sizes[name] = Size()  # what a fragment within itself counts for
            fragment = self._fragments.get(name)
            if fragment is not None:
                own = Size(directives=len(fragment.directives or ()))
                self._sizes[name] = self._selections(fragment.selection_set).beside(own)
        return self._sizes[name]
