"""Reads a file of any common encoding, delimiter and spelling of numbers into rows."""
