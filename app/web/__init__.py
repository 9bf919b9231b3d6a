"""Everything that speaks HTTP or websocket: the outermost layer."""
