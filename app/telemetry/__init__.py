"""What the processes say about themselves: logs, metrics and traces. Rule: nothing here knows the application."""
