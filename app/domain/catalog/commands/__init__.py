"""Commands that change items and locations."""
