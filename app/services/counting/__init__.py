"""Use cases of stock counts: open, record, post, correct, and which levels are due."""
