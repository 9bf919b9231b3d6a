"""How processes tell each other of changes: Redis pub/sub, and the hub that hands the news to subscribers."""
