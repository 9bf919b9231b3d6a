"""The database as a whole: its format, its collections, its clock, and the builds that share it."""
