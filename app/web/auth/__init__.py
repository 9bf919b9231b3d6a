"""Who sends a request or opens a websocket, and how people sign in (ADR 38)."""
