"""What a batch reads: levels, locations, documents, and operations that are repeated."""
