"""Compiled arguments: from the variables of a request straight to what a resolver takes.

graphql-core coerces each variable to dictionaries by looking at its type at every step, then collects the arguments,
and Strawberry converts those to the classes of inputs: half of the CPU time of a mutation. Here each variable has a
generated function that checks and builds in one pass.

Rule: the function either returns what the two would return, or raises. Whatever is not the plain case of a type (an
error, a single value for a list, a number for an ID, a default that is a list) is left to graphql-core, which reports
the error in its words; `test_graphql_arguments.py` compares them.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from enum import Enum
from typing import Any, cast

import strawberry
from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLError,
    GraphQLField,
    GraphQLID,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLSchema,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    VariableDefinitionNode,
    VariableNode,
    get_argument_values,
    is_enum_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.type import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT
from strawberry.types import get_object_definition

from app.web.graphql.fast.generated import GeneratedFunctions, Lines
from app.web.graphql.fast.inputs import builds_itself, is_leaf
from app.web.graphql.fast.internals import (
    StrawberryField,
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
)

Arguments = Callable[[Mapping[str, Any]], dict[str, Any]]  # raises anything where graphql-core has to do it
Builders = dict[str, Callable[[Any], Any] | None]

_UNCHANGING = (bool, int, float, str, Enum)  # defaults that several requests may share
_ABSENT = object()


class NotPlain(Exception):
    """A type or an argument that only graphql-core and Strawberry can convert."""


class ArgumentCompiler:
    """Generates the function of one field's arguments.

    `builders` are the functions of input types that are compiled already, by name, and it adds those that are not.
    """

    def __init__(self, core: GraphQLSchema, schema: strawberry.Schema, builders: Builders) -> None:
        self._core, self._schema, self._builders = core, schema, builders
        generated = GeneratedFunctions(ABSENT=_ABSENT)
        self._constant, self._function = generated.constant, generated.function

    def compile(
        self, operation: OperationDefinitionNode, node: FieldNode, field: GraphQLField, definition: StrawberryField
    ) -> Arguments:
        """Return the function of one field's arguments. It checks all variables of the operation. Raises NotPlain."""
        given = {each.name.value: each.value for each in node.arguments or ()}
        used = {value.name.value: name for name, value in given.items() if isinstance(value, VariableNode)}
        if len(used) < sum(isinstance(value, VariableNode) for value in given.values()):
            raise NotPlain  # one variable for two arguments
        names = {self._schema.config.name_converter.from_argument(each): each for each in definition.arguments}
        constants = self._constants(node, field, names)
        lines = ["get = variables.get", f"found = {self._constant(constants)}.copy()"]
        for variable in operation.variable_definitions or ():
            argument = used.pop(variable.variable.name.value, None)
            lines += self._variable_lines(
                variable, *((field.args[argument], names[argument]) if argument else (None, None))
            )
        if used or any(name not in names for name in field.args):
            raise NotPlain
        return cast(Arguments, self._function("variables", [*lines, "return found"]))

    def _constants(self, node: FieldNode, field: GraphQLField, names: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments that no variable decides: literals and defaults."""
        literal = tuple(each for each in node.arguments or () if not isinstance(each.value, VariableNode))
        variable = {each.name.value for each in node.arguments or ()} - {each.name.value for each in literal}
        rest = {name: each for name, each in field.args.items() if name not in variable}
        try:
            found = get_argument_values(GraphQLField(field.type, rest), FieldNode(name=node.name, arguments=literal))
        except GraphQLError:  # variables within a literal
            raise NotPlain from None
        if not all(self._is_shared(value, names[name]) for name, value in found.items()):
            raise NotPlain
        return {names[name].python_name: value for name, value in found.items()}

    def _variable_lines(self, variable: VariableDefinitionNode, argument: Any, definition: Any) -> Lines:  # noqa: ANN401 - of GraphQL and of Strawberry, or None
        name = variable.variable.name.value
        type_: Any = type_from_ast(self._core, variable.type)
        lines = [f"value = get({name!r}, ABSENT)"]
        if argument is None:
            lines_if_given = self._checked("value", type_)
        else:
            if str(_nullable(type_)) != str(_nullable(argument.type)):
                raise NotPlain
            required = type_ if is_non_null_type(type_) else argument.type
            lines_if_given = [
                *self._lines("value", required, definition.type),
                f"found[{definition.python_name!r}] = value",
            ]
        if is_non_null_type(type_) or variable.default_value is not None:
            return [*lines, "if value is ABSENT: raise FallBack", *lines_if_given]
        absent = self._absent_argument(argument, definition)
        return [*lines, f"if value is ABSENT: {absent}", "else:", *_indented(lines_if_given)]

    def _absent_argument(self, argument: Any, definition: Any) -> str:  # noqa: ANN401 - as above
        """Return the line for an argument whose variable was left out."""
        if argument is None or (argument.default_value is Undefined and not is_non_null_type(argument.type)):
            return "pass"
        if not self._is_shared(argument.default_value, definition):
            return "raise FallBack"
        return f"found[{definition.python_name!r}] = {self._constant(argument.default_value)}"

    def _is_shared(self, value: object, definition: Any) -> bool:  # noqa: ANN401 - an argument of Strawberry
        """Tell whether several requests may share the value, and Strawberry takes it as it is."""
        return value is None or (isinstance(value, _UNCHANGING) and is_leaf(_unwrapped(definition.type), self._schema))

    def _checked(self, value: str, type_: Any) -> Lines:  # noqa: ANN401 - any input type
        """Return lines that check a variable which is used further below: graphql-core coerces it there."""
        named = _nullable(type_)
        if is_leaf_type(named):
            return _unless_null(value, type_, self._leaf_lines(value, named))
        raise NotPlain

    def _lines(self, value: str, type_: Any, own: Any) -> Lines:  # noqa: ANN401 - types of GraphQL and of Strawberry
        """Return lines that replace the value of a variable by the one that resolvers take."""
        own = _unwrapped(own)
        return _unless_null(value, type_, self._present_lines(value, _nullable(type_), own))

    def _present_lines(self, value: str, type_: Any, own: Any) -> Lines:  # noqa: ANN401 - as above
        if is_leaf_type(type_) and is_leaf(own, self._schema):
            return self._leaf_lines(value, type_)
        if is_list_type(type_) and isinstance(own, StrawberryList):
            return self._list_lines(value, type_, own)
        if is_input_object_type(type_) and builds_itself(own):
            return [f"{value} = {self._builder(type_, own)}({value})"]
        raise NotPlain

    def _leaf_lines(self, value: str, type_: Any) -> Lines:  # noqa: ANN401 - a scalar or an enum
        if type_ is GraphQLInt:
            return [
                f"if type({value}) is not int or not {GRAPHQL_MIN_INT} <= {value} <= {GRAPHQL_MAX_INT}: raise FallBack"
            ]
        if type_ is GraphQLID:
            return [f"if type({value}) is not str: raise FallBack"]
        if type_ is GraphQLString:  # which reads texts in their composed form: see schema.texts
            return [
                f"if type({value}) is not str: raise FallBack",
                f"if not {value}.isascii(): {value} = {self._constant(type_)}.coerce_input_value({value})",
            ]
        if type_ is GraphQLBoolean:
            return [f"if {value} is not True and {value} is not False: raise FallBack"]
        if is_enum_type(type_):
            members = {name: type_.coerce_input_value(name) for name in type_.values}
            return [f"{value} = {self._constant(members)}[{value}]"]
        return [f"{value} = {self._constant(type_.coerce_input_value)}({value})"]

    def _list_lines(self, value: str, type_: GraphQLList[Any], own: Any) -> Lines:  # noqa: ANN401 - as above
        lines = self._lines("item", type_.of_type, own.of_type)
        if is_list_type(_nullable(type_.of_type)):
            raise NotPlain
        convert = self._constant(self._function("item", [*lines, "return item"]))
        return [
            f"if type({value}) is not list: raise FallBack",
            f"{value} = [{convert}(each) for each in {value}]",
        ]

    def _builder(self, type_: GraphQLInputObjectType, own: Any) -> str:  # noqa: ANN401 - the class of an input
        """Return the name of the function that builds an input object."""
        if type_.name not in self._builders:
            self._builders[type_.name] = None  # stays where it is not plain, or contains itself
            self._builders[type_.name] = self._built(type_, own)
        known = self._builders[type_.name]
        if known is None:
            raise NotPlain
        return self._constant(known)

    def _built(self, type_: GraphQLInputObjectType, own: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - as above
        if type_.is_one_of or type_.out_type is not GraphQLInputObjectType.out_type:
            raise NotPlain
        definition = get_object_definition(own, strict=True)
        lines = ["if type(value) is not dict: raise FallBack", "get = value.get", "size = 0", "more = {}"]
        entries: Lines = []
        fields = {self._schema.config.name_converter.from_field(each): each for each in definition.fields}
        if set(fields) != set(type_.fields) or any(each.out_name for each in type_.fields.values()):
            raise NotPlain
        for number, (name, field) in enumerate(fields.items()):
            item, python_name = f"value_{number}", field.python_name
            absent, entry = self._absent(item, type_.fields[name], field)
            present = self._lines(item, type_.fields[name].type, field.resolve_type(type_definition=definition))
            lines += [f"{item} = get({name!r}, ABSENT)", f"if {item} is ABSENT: {absent}", "else:"]
            lines += _indented(["size += 1", *present, *([] if entry else [f"more[{python_name!r}] = {item}"])])
            entries += [f"{python_name}={item}"] if entry else []
        lines.append("if size != len(value): raise FallBack")  # there are fields that the input does not have
        return self._function("value", [*lines, f"return {self._constant(own)}({', '.join([*entries, '**more'])})"])

    def _absent(self, item: str, field: Any, own: StrawberryField) -> tuple[str, bool]:  # noqa: ANN401 - an input field
        """Return the line for a field that was left out, and whether it is always given to the class."""
        if field.default is not None:
            raise NotPlain
        if field.default_value is not Undefined:
            if field.default_value == []:
                return f"{item} = []", True
            if field.default_value is not None and not isinstance(field.default_value, _UNCHANGING):
                raise NotPlain
            return f"{item} = {self._constant(field.default_value)}", True
        if is_non_null_type(field.type):
            return "raise FallBack", True
        if own.default_value is MISSING and own.default_factory is MISSING:
            return f"{item} = None", True
        return "pass", False


def _nullable(type_: Any) -> Any:  # noqa: ANN401 - any input type
    return type_.of_type if is_non_null_type(type_) else type_


def _unwrapped(own: Any) -> Any:  # noqa: ANN401 - Strawberry's types have no common base
    if isinstance(own, StrawberryMaybe):
        raise NotPlain
    return own.of_type if isinstance(own, StrawberryOptional) else own


def _unless_null(value: str, type_: Any, lines: Lines) -> Lines:  # noqa: ANN401 - any input type
    if is_non_null_type(type_):
        return [f"if {value} is None: raise FallBack", *lines]
    return [f"if {value} is not None:", *_indented(lines)]


def _indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]
