"""Transfers of stock between two locations."""
