"""GraphQL types of suppliers and purchase orders."""
