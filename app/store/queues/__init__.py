"""What background workers take their work from: one queue for each port of the services."""
