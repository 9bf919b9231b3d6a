"""What clients hear where a document that they name is not registered, or has to be."""

from graphql import GraphQLError

from app.web.graphql.transport.documents.cache import OutOfScope, Rejected


def not_found() -> Rejected:
    """Return the answer to a hash that is not registered: Apollo's clients send the document then."""
    return Rejected(GraphQLError("PersistedQueryNotFound", extensions={"code": "PERSISTED_QUERY_NOT_FOUND"}))


def registered_only() -> OutOfScope:
    """Return the answer to a document that is not registered, of a caller that may run no others."""
    return OutOfScope(
        GraphQLError("Only registered documents may be run, and this is none.", extensions={"code": "FORBIDDEN"})
    )
