"""What became of each row, and how it is reported."""
