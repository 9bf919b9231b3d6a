"""Stock counts and their lines."""
