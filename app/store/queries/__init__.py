"""Filters become queries: for each kind of document its query, and the indexes that serve it."""
