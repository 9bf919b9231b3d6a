"""What levels need, as a table, and ordering it: a client of the public API."""
