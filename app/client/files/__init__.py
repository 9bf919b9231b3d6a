"""Takes files into a running server, and lists out of it, as a partner would: over HTTP, through the public API."""
