"""Where stock is kept: MongoDB, and the same ports in memory. The only package that knows documents and sessions."""
