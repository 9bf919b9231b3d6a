"""Use cases: one public coroutine each, and the ports that they need. No GraphQL words, no BSON words."""
