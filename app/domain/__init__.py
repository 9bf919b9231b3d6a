"""The rules of inventory, in plain Python: no I/O, no clock, no library."""
