"""Reads of documents: of any kind, and what single kinds need beside that, such as lines, offers and counts."""
