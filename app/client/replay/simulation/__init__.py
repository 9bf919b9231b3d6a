"""Plays a file of sales at several locations, each replenished by a policy of its own, and compares them."""
