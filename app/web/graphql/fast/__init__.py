"""Compiled execution over Strawberry and graphql-core; `internals.py` names all that is private there."""
