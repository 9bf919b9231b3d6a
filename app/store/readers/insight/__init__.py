"""Reads of sums over the ledger: sales, demand, history and movers; and of the rankings that are kept of them."""
