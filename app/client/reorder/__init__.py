"""What levels need, as a table, and ordering it: a partner of the public API."""
