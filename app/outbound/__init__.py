"""Requests that the application sends on its own: webhooks."""
