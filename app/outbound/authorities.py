"""Which authorities are believed to know a host: those of the system, and those that come with our environment."""

import ssl
from functools import cache

import httpcore


@cache
def usual_authorities() -> ssl.SSLContext:
    """Return what TLS is spoken by, the same to all that ask: to read the certificates takes 25 ms and a megabyte."""
    return httpcore.default_ssl_context()
