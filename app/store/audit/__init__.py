"""The audit in MongoDB."""
