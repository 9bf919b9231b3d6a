"""Changes of existing databases at start."""
