"""Use cases of items and locations: create, change, archive, find."""
