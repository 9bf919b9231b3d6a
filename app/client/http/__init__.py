"""Talks to a running server as its clients do: over HTTP, through the public API. What commands have in common."""
