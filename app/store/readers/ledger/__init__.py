"""Reads of the ledger: its lines and operations, the newest first, and forwards from an offset (the tail)."""
