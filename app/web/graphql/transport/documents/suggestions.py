"""Errors without the suggestions of graphql-core, which name parts of the schema that were not asked for."""

import re

from graphql import GraphQLError

_SUGGESTION = re.compile(r" Did you mean (?:[a-z ]+ )?'[^']*'(?:,? (?:or )?'[^']*')*\?")


def without_suggestion(error: GraphQLError) -> GraphQLError:
    """Return the error without its "Did you mean …?"; as it is where it has none."""
    message = _SUGGESTION.sub("", error.message)
    if message == error.message:
        return error
    return GraphQLError(message, error.nodes, error.source, error.positions, extensions=error.extensions)
