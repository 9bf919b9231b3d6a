"""What the entries of a list refer to, read once per type and request, and what resolvers return that need it."""
