"""Limits of texts and lists in the values of one operation, checked before they are coerced or converted.

The schema declares them with an input: `extensions` of an argument or input field may hold `maxCharacters` and
`maxEntries`; the transport's own limits are the defaults. Where the variables of a document are used is found once, so
that a request pays for the lengths of what it sends and for nothing else. Literals are checked with the document.

Rule: nothing is counted, compared or converted that is longer than its limit. A list that is too long is refused by
its length alone, whatever is in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
)

from app.web.graphql.transport.documents.variable_uses import Uses
from app.web.graphql.transport.limits import Limits

Check = Callable[[Any], None]

MAX_UNKNOWN_FIELDS = 20  # of one object: those of another version, or misspelt

_NUMBERS = frozenset({"Int", "Float", "Boolean"})  # texts are not coerced to these


class TooLarge(Exception):
    """A value exceeds its limit. `path` leads to it, the innermost step first."""

    def __init__(self, actual: int, maximum: int, unit: str) -> None:
        self.actual, self.maximum, self.unit = actual, maximum, unit
        self.path: list[str] = []
        super().__init__(actual, maximum, unit)

    def error(self, root: str, node: ValueNode | None = None) -> GraphQLError:
        """Return the error for the client."""
        field = [root, *reversed(self.path)]
        return GraphQLError(
            f"'{'.'.join(field)}' has {self.actual} {self.unit}; at most {self.maximum} are allowed.",
            node,
            extensions={"field": field, "actual": self.actual, "maximum": self.maximum},
        )


class Bounds:
    """The checks of one operation's variables."""

    def __init__(self, checks: Mapping[str, tuple[Check, ...]]) -> None:
        self._checks = tuple(checks.items())

    def error(self, variables: Mapping[str, Any] | None) -> GraphQLError | None:
        """Return the error of the first variable that is too large; None where there is none."""
        for name, checks in self._checks if variables else ():
            value = variables.get(name)  # type: ignore[union-attr] # there are none without variables
            if value is not None:
                try:
                    for check in checks:
                        check(value)
                except TooLarge as excess:
                    return excess.error(f"${name}")
        return None


class BoundsCompiler:
    """Compiles the checks of a schema's inputs."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self.schema, self.limits = schema, limits
        self._objects: dict[str, tuple[tuple[str, Check], ...]] = {}
        self._most_fields: dict[str, int] = {}

    def bounds(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Bounds:
        """Return the checks of a valid operation. Raises GraphQLError where a literal is too large."""
        uses = Uses(self.schema, fragments, self._literal)
        uses.operation(operation)
        checks: dict[str, dict[Any, Check]] = {}
        for name, type_, limits in uses.variables:
            check = self.check(type_, limits)
            if check is not None:
                key = str(type_), tuple(sorted(self._own(limits).items()))
                checks.setdefault(name, {})[key] = check
        bounds = Bounds({name: tuple(each.values()) for name, each in checks.items()})
        defaults = {
            each.variable.name.value: _sizes(each.default_value)
            for each in operation.variable_definitions or ()
            if each.default_value
        }
        if error := bounds.error(defaults):
            raise error
        return bounds

    def check(self, type_: GraphQLInputType, limits: Mapping[str, Any]) -> Check | None:
        """Return the check of a type's values; None where none can be too large."""
        nullable: Any = get_nullable_type(type_)
        if is_list_type(nullable):
            own = self._own(limits)
            return _list_check(own["maxEntries"], self.check(nullable.of_type, limits))
        if is_input_object_type(nullable):
            return self._object_check(nullable.name)
        if nullable.name not in _NUMBERS:  # a scalar or an enum
            return _text_check(self._own(limits)["maxCharacters"])
        return None

    def _own(self, limits: Mapping[str, Any]) -> Mapping[str, int]:
        return {
            "maxEntries": limits.get("maxEntries", self.limits.max_list_entries),
            "maxCharacters": limits.get("maxCharacters", self.limits.max_text_characters),
        }

    def _object_check(self, name: str) -> Check:
        # Looked up when it is called: input types may contain themselves.
        fields, most = self._objects, self._most_fields

        if name not in fields:
            fields[name] = ()
            type_: Any = self.schema.type_map[name]
            most[name] = len(type_.fields) + MAX_UNKNOWN_FIELDS
            found = ((key, self.check(field.type, field.extensions)) for key, field in type_.fields.items())
            fields[name] = tuple((key, check) for key, check in found if check is not None)

        def check_object(value: Any) -> None:  # noqa: ANN401 - whatever the client sent
            if type(value) is not dict:
                return
            if len(value) > most[name]:  # validation names a few unknown ones, and looks each up
                raise TooLarge(len(value), most[name], "fields")
            get = value.get
            for key, check in fields[name]:
                member = get(key)
                if member is not None:
                    try:
                        check(member)
                    except TooLarge as excess:
                        excess.path.append(key)
                        raise

        return check_object

    def _literal(self, name: str, type_: GraphQLInputType, limits: Mapping[str, Any], node: ValueNode) -> None:
        check = self.check(type_, limits)
        if check is not None:
            try:
                check(_sizes(node))
            except TooLarge as excess:
                raise excess.error(name, node) from None


def _list_check(maximum: int, check: Check | None) -> Check:
    def check_list(value: Any) -> None:  # noqa: ANN401 - whatever the client sent
        if type(value) is not list:  # a single value stands for a list of one
            value = [value]
        if len(value) > maximum:
            raise TooLarge(len(value), maximum, "entries")
        if check is None:
            return
        index = 0
        try:
            for entry in value:
                check(entry)
                index += 1
        except TooLarge as excess:
            excess.path.append(str(index))
            raise

    return check_list


def _text_check(maximum: int) -> Check:
    def check_text(value: Any) -> None:  # noqa: ANN401 - whatever the client sent
        if type(value) is str and len(value) > maximum:
            raise TooLarge(len(value), maximum, "characters")

    return check_text


def _sizes(node: ValueNode) -> object:
    """Return the value of a literal: texts, lists and objects; the rest has no size."""
    if isinstance(node, StringValueNode):
        return node.value
    if isinstance(node, ListValueNode):
        return [_sizes(each) for each in node.values]
    if isinstance(node, ObjectValueNode):
        return {each.name.value: _sizes(each.value) for each in node.fields}
    value = getattr(node, "value", None)
    return value if isinstance(value, str) else None  # a number has the length of its text
