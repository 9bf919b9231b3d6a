"""Reads of levels: by key, as lists in every order, those that are short, and their sums."""
