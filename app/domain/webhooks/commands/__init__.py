"""Commands that create, change and end webhooks."""
