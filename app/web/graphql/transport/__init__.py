"""GraphQL over HTTP and websocket, on ASGI and the public API of graphql-core."""
