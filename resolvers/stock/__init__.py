"""Resolvers of levels, their ledger and their sums."""
