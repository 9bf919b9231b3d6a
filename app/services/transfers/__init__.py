"""Use cases of transfers between locations."""
