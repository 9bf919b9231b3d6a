"""One module per kind of request: its data, what it touches, and how it decides."""
