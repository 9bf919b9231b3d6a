"""Keys, hashes and passwords: the only place that knows how something is kept secret."""
