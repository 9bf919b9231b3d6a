"""Feeds of changes: a snapshot first, then each change once, in order."""
