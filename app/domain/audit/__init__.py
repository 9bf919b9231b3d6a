"""The audit: who asked for what, and what became of it, in a chain that shows missing lines."""
