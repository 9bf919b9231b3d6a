"""Keys, users, roles and trusted documents, and what each change of them goes through."""
