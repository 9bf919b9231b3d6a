"""Who may speak to the application at all, before it looks at what is asked."""
