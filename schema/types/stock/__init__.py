"""GraphQL types of levels and their ledger."""
