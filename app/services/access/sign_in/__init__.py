"""Signing in, how failed attempts are slowed, and a person's own password."""
