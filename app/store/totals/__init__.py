"""Totals of levels that are kept behind the ledger: what they follow, how they are stored, kept and read."""
