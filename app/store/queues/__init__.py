"""Queues: where background workers find their work, one for each port of the services."""
