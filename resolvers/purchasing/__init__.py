"""Resolvers of suppliers and purchase orders."""
