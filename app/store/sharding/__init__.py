"""A database over several shards: what each collection is divided by, and how queries reach one shard (ADR 59)."""
