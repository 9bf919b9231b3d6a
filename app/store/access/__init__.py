"""Keys, users and roles in MongoDB."""
