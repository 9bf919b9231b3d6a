"""Reads that prove that levels, ledger lines, operations and open documents agree."""
