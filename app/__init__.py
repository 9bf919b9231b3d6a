"""Stockpulse without its GraphQL: the rules, the use cases, and the adapters that carry them."""
