"""One public coroutine per use case, and the ports that the use cases need. No GraphQL words, no BSON words."""
