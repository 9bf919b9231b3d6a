"""Use cases of suppliers and purchase orders."""
