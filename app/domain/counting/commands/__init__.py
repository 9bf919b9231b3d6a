"""Commands that open, record, post and cancel counts."""
