"""The demo shop: what it sells and where, whom it buys from, and the weeks of trade that it has behind it.

Rule: all of it is recorded by ordinary commands, decided by the same rules as a client's.
"""
