"""The enums of the domain as clients see them, by room: a name and a description for each value.

Rule: the schema takes an enum from here, not from the domain, so that it is described before it is used.
"""
