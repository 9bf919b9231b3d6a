"""The files of pages, and the GraphiQL page."""
