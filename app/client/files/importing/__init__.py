"""Files that become stock: read row by row, sent in chunks, each chunk under a key of its own.

Rule: a key depends on the content of the file alone, so a file that is imported again changes nothing again.
"""
