"""Readers: one for each reading port of the services."""
