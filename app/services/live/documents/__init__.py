"""Feeds of documents of one kind, each version once."""
