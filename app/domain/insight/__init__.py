"""Rankings and figures that are derived from the ledger."""
