"""Takes files into a running server, and lists out of it, as a client would: over HTTP, through the public API."""
