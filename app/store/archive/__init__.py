"""The archive of the ledger: old lines, moved to Parquet files (ADR 64)."""
