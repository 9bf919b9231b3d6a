"""Readers of what a limited principal sees: one for each port that use cases read through (ADR 41)."""
