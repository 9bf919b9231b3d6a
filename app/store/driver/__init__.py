"""The driver of MongoDB: its client, what it does otherwise than we need, and how it fails."""
