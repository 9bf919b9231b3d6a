"""The root types, Query, Mutation and Subscription: the table of contents of the API.

Rule: a root field has no logic. It names its resolver, describes itself, and declares its scope.
"""
