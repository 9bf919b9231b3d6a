"""Plays a file of real sales against a running server, as its clients would: over HTTP, through the public API."""
