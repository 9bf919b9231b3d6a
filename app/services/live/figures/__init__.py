"""Feeds of figures that are computed again as something changes."""
