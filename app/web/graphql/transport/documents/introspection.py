"""The average sizes of the lists of introspection: what it costs.

Averages suffice: graphql-core's validation lets no more than two of these lists stand below one another.
"""

from collections.abc import Mapping
from functools import cache

from graphql import GraphQLSchema


@cache
def introspection_sizes(schema: GraphQLSchema) -> Mapping[str, float]:
    """Return the number of entries of each list of the introspection types, by `Type.field`."""
    types = schema.type_map.values()
    fields = [field for type_ in types for field in (getattr(type_, "fields", None) or {}).values()]
    arguments = sum(len(getattr(field, "args", ())) for field in fields)
    directives = schema.directives
    return {
        "__Schema.types": len(schema.type_map),
        "__Schema.directives": len(directives),
        "__Type.fields": len(fields) / len(schema.type_map),
        "__Type.inputFields": len(fields) / len(schema.type_map),
        "__Type.interfaces": 1,
        "__Type.possibleTypes": 1,
        "__Type.enumValues": sum(len(getattr(type_, "values", ())) for type_ in types) / len(schema.type_map),
        "__Field.args": arguments / max(len(fields), 1),
        "__Directive.args": 1,
        "__Directive.locations": 5,
    }
