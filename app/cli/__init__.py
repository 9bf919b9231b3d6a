"""Commands whose options would crowd the table of contents; their bodies are imported when they run."""
