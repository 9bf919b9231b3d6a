"""Queries: one reader for each port of the services."""
