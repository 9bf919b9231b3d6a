"""The rules of counting, in plain Python: no I/O, no clock, no library."""
