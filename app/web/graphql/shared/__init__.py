"""Subscriptions executed once for all that ask the same (ADR 45)."""
