"""Keys, users and roles, administered from a terminal: a client of the public API."""
