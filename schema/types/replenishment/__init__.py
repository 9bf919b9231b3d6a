"""GraphQL types of policies and needs."""
