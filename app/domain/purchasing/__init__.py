"""Suppliers, purchase orders and receipts."""
