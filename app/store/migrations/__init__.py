"""Migrations: what brings the database of an earlier version up to date at the start."""
