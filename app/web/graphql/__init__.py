"""GraphQL over HTTP and websocket: everything between the socket and the resolvers but Strawberry itself."""

from app.web.graphql.transport.app import GraphQLApp
from app.web.graphql.transport.budget import BudgetOf
from app.web.graphql.transport.connected import Acknowledge, ContextFactory, TrustedText
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.execution import Execution
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.masking import ErrorMapper
from app.web.graphql.transport.observation import Observation, Observer

__all__ = [
    "Acknowledge",
    "BudgetOf",
    "ContextFactory",
    "Engine",
    "ErrorMapper",
    "Execution",
    "GraphQLApp",
    "Handled",
    "Limits",
    "Observation",
    "Observer",
    "TrustedText",
]
