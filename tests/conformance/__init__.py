"""Conformance of a server to `graphql-transport-ws` on the wire, of any server: `python -m tests.conformance --url …`.

The protocol is https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md, over RFC 6455.
"""
