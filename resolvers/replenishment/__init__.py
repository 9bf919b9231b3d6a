"""Resolvers of policies and needs."""
