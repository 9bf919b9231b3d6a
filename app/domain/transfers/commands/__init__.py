"""Commands that create, ship, receive and cancel transfers."""
