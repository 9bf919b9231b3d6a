"""Use cases of insight: rankings and figures from the ledger."""
