"""Feeds of the ledger: every line once, from any cursor on."""
