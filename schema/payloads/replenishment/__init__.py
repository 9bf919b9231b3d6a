"""Payloads of policies and reviews."""
