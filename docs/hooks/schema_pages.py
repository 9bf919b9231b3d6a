# ruff: noqa: INP001 - a script beside the application, not part of it
"""Writes the schema's reference: a page for each kind of type, a section for each type, with its fields and arguments.

Rule: every description of the SDL stands on one page, and every name of a type leads to its section.
"""

from collections.abc import Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLType,
    StringValueNode,
    Undefined,
    ast_from_value,
    build_schema,
    get_named_type,
    print_ast,
    specified_scalar_types,
)

ROOTS = {"queries.md": "Query", "mutations.md": "Mutation", "subscriptions.md": "Subscription"}
PAGES = {
    "queries.md": ("Queries", "What can be read."),
    "mutations.md": ("Mutations", "What changes stock, orders, policies and the catalog."),
    "subscriptions.md": ("Subscriptions", "What can be watched over a websocket."),
    "objects.md": ("Objects", "The types that answers consist of."),
    "payloads.md": ("Payloads", "The answers of mutations."),
    "errors.md": ("User errors", "The reasons to refuse a mutation: a type for each, with its facts."),
    "inputs.md": ("Inputs", "The arguments of operations."),
    "enums.md": ("Enums", "The values that a field or an argument may have."),
    "scalars.md": ("Scalars", "The format of single values."),
}


def schema_pages(sdl: str) -> dict[str, str]:
    """Return each page by its name."""
    schema = build_schema(sdl)
    bodies: dict[str, list[str]] = {page: [] for page in PAGES}
    users: dict[str, list[str]] = {}
    for page, name in ROOTS.items():
        for operation, field in sorted(schema.type_map[name].fields.items()):
            bodies[page].append(_operation(operation, field))
            for type_ in (field.type, *(argument.type for argument in field.args.values())):
                users.setdefault(get_named_type(type_).name, []).append(f"[{operation}]({page}#{operation.lower()})")
    for type_ in _types(schema):
        used = users.get(type_.name, [])
        bodies[_page_of(type_)].append(_section(type_, _implementations(schema, type_), used_by=used))
    pages = {
        name: f"{_FIRST_FOUND}# {title}\n\n{about}\n\n{''.join(bodies[name])}" for name, (title, about) in PAGES.items()
    }
    listed = "".join(f"- [{title}]({name}): {about}\n" for name, (title, about) in PAGES.items())
    return {"index.md": f"# Schema\n\n{_ABOUT}\n\n{listed}", **pages}


_FIRST_FOUND = "---\nsearch:\n  boost: 2\n---\n\n"  # a name of the API is looked for here first
_Entry = GraphQLField | GraphQLArgument | GraphQLInputField
_ABOUT = """Every operation, type, field, argument and value of the API, with its description. The same text is
shown by GraphiQL and returned by introspection. `!` marks what is never null."""


def _types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    return [
        type_
        for name, type_ in sorted(schema.type_map.items())
        if not name.startswith("__") and name not in ROOTS.values() and not _is_built_in(type_)
    ]


def _is_built_in(type_: GraphQLNamedType) -> bool:
    return type_.name in specified_scalar_types


def _page_of(type_: GraphQLNamedType) -> str:
    if isinstance(type_, GraphQLInputObjectType):
        return "inputs.md"
    if isinstance(type_, GraphQLEnumType):
        return "enums.md"
    if isinstance(type_, GraphQLScalarType):
        return "scalars.md"
    kinds = {type_.name} | {each.name for each in getattr(type_, "interfaces", ())}
    if "UserError" in kinds:
        return "errors.md"
    return "payloads.md" if "Payload" in kinds else "objects.md"


def _implementations(schema: GraphQLSchema, type_: GraphQLNamedType) -> list[GraphQLNamedType]:
    if not isinstance(type_, GraphQLInterfaceType):
        return []
    return sorted(schema.get_implementations(type_).objects, key=lambda each: each.name)


def _operation(name: str, field: GraphQLField) -> str:
    returned = f"Returns {_link(field.type)}.{_deprecation(field)}"
    described = f"{_text(field.description)}{_scope(field)}"
    return f"## {name}\n\n{described}\n\n{returned}\n\n{_entries(field.args)}\n"


def _scope(field: GraphQLField) -> str:
    """Return which scope an operation needs, as its directive in the SDL says."""
    for directive in field.ast_node.directives:
        if directive.name.value == "requires" and isinstance(scope := directive.arguments[0].value, StringValueNode):
            return f"\n\nNeeds the [scope](../scopes.md) `{scope.value}`."
    return ""


def _section(type_: GraphQLNamedType, implementations: list[GraphQLNamedType], *, used_by: list[str]) -> str:
    parts = [f"## {type_.name}\n\n{_text(type_.description)}\n\n"]
    if used_by:
        parts.append(f"Used by {', '.join(dict.fromkeys(used_by))}.\n\n")
    if interfaces := getattr(type_, "interfaces", ()):
        parts.append(f"Implements {', '.join(map(_link, interfaces))}.\n\n")
    if implementations:
        parts.append(f"Implemented by {', '.join(map(_link, implementations))}.\n\n")
    if isinstance(type_, GraphQLEnumType):
        values = type_.values.items()
        parts += [
            f"`{name}`\n:   {_indented(_text(value.description) + _deprecation(value))}\n\n" for name, value in values
        ]
    elif not isinstance(type_, GraphQLScalarType):
        parts.append(_entries(type_.fields))
    return "".join(parts) + "\n"


def _entries(entries: Mapping[str, _Entry]) -> str:
    return "".join(_entry(name, entry) for name, entry in entries.items())


def _entry(name: str, entry: _Entry) -> str:
    text = _text(entry.description) + _default(entry) + _deprecation(entry)
    arguments = "".join(f"\n\n{_entry(each, argument)}" for each, argument in getattr(entry, "args", {}).items())
    return f"`{name}` {_link(entry.type)}\n:   {_indented(text + arguments)}\n\n"


def _link(type_: GraphQLType) -> str:
    """Return a type as the SDL writes it; its name leads to its section."""
    named = get_named_type(type_)
    before, _, after = str(type_).partition(named.name)
    if _is_built_in(named):
        return f"<code>{type_}</code>"
    return f"<code>{before}[{named.name}]({_page_of(named)}#{named.name.lower()}){after}</code>"


def _default(entry: _Entry) -> str:
    default = getattr(entry, "default_value", Undefined)
    if default is Undefined or default is None:
        return ""
    return f" Default: `{print_ast(ast_from_value(default, entry.type))}`."


def _deprecation(entry: _Entry | GraphQLEnumValue) -> str:
    reason = entry.deprecation_reason
    return f"\n\n**Deprecated.** {_text(reason)}" if reason else ""


def _text(description: str | None) -> str:
    """Return a description without what Markdown would take for HTML."""
    return (description or "").strip().replace("<", "&lt;")


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
