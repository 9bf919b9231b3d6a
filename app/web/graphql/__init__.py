"""Our GraphQL transport: Strawberry executes, everything between the socket and the resolvers is here."""

from app.web.graphql.fast.inputs import compile_inputs
from app.web.graphql.transport.app import GraphQLApp
from app.web.graphql.transport.connection import OnConnect
from app.web.graphql.transport.engine import ContextFactory, Engine, Stream
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.masking import ErrorMapper
from app.web.graphql.transport.wire import Close

__all__ = [
    "Close",
    "ContextFactory",
    "Engine",
    "ErrorMapper",
    "GraphQLApp",
    "Limits",
    "OnConnect",
    "Stream",
    "compile_inputs",
]
