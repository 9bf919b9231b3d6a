"""Our GraphQL transport: Strawberry executes, everything between the socket and the resolvers is here."""

from app.web.graphql.app import GraphQLApp
from app.web.graphql.connection import OnConnect
from app.web.graphql.engine import ContextFactory, Engine, Stream
from app.web.graphql.inputs import compile_inputs
from app.web.graphql.limits import Limits
from app.web.graphql.masking import ErrorMapper
from app.web.graphql.wire import Close

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
