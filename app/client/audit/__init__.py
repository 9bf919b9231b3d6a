"""Lists, exports and verifies the audit: a client of the public API."""
