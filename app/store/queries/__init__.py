"""Filters become queries here: for each kind of document its query, and the indexes that serve it."""
