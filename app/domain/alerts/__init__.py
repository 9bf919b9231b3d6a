"""Alerts on levels and orders, and when they open and close."""
