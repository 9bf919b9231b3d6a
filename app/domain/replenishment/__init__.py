"""Policies, the formulas behind their numbers, and what a level needs."""
