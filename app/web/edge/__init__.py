"""The edge: hosts, origins, limits and refusals, before a request reaches the application."""
