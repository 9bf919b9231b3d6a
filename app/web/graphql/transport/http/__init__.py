"""GraphQL over HTTP: requests and responses."""
