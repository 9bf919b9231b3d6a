"""Who may do what, and where: scopes, visibility and principals."""
