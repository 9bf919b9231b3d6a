"""What must agree with what: the ledger, levels, documents and what is derived from them."""
