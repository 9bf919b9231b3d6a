"""Faults on a schedule, and how long each of them was felt."""
