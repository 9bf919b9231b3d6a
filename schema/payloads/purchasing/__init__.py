"""Payloads of suppliers and purchase orders."""
