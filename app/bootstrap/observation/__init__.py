"""What the metrics of a process are read from."""
