"""Commands that change suppliers and purchase orders."""
