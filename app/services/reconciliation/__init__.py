"""Proves that what is recorded twice agrees, and rebuilds what is derived."""
