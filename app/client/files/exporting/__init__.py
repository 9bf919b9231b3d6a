"""Lists that become files: read page by page, written as they come.

Rule: what is held is one page, and what a format must gather before it can write.
"""
