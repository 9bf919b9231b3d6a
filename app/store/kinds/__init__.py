"""The kinds of documents: for each its query, its indexes and its mapping."""
