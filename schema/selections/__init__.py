"""What a query selects decides what is read and made for it: parts of lists, rows in place of objects, derived fields.

Rule: a selection changes what a response costs, and never what it says.
"""
