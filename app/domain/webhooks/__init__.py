"""Webhooks of partners and the delivery of messages to them."""
