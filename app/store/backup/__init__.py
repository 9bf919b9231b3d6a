"""Backups: what the database knows, as files of BSON, and the way back."""
