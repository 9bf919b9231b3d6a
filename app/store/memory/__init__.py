"""The store in memory: the double that contract tests run beside MongoDB, and the model of the property tests.

Rule: only tests use it; no process serves from it. It keeps every promise of the ports that MongoDB keeps.
"""
