"""Inputs of suppliers and purchase orders."""
