"""User errors: one GraphQL type per domain error, with the facts that a client acts on.

A type stands in the module that is named like that of its domain error in `app/domain/errors`.
"""
