"""Use cases of reservations and backorders: set stock aside, expire, assign what arrives."""
