"""GraphQL over websocket: the `graphql-transport-ws` protocol."""
