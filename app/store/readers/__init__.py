"""Readers: one for each reading port of the services, by what is read.

catalog         items, locations, labels
levels          levels and sums of them
ledger          lines and operations, backwards and forwards
documents       reservations, counts, suppliers, alerts and all other kinds
insight         sums over the ledger
reconciliation  proofs that all of these agree
"""
