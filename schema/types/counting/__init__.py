"""GraphQL types of stock counts."""
