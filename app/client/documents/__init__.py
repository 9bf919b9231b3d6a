"""Registers trusted documents: a client of the public API."""
