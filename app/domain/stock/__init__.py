"""Levels of stock, the movements that explain them, and sums of levels."""
