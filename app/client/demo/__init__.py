"""Plays a small shop's day in fast motion against a running server, as its tills and suppliers would: over HTTP."""
