"""What the processes say about themselves: metrics and traces. Rule: nothing here knows the application."""
