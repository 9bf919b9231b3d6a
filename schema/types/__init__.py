"""The nodes of the graph, the connections between them, and their enums.

Types convert from the domain; none decides.
"""
