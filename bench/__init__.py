"""Benchmarks. Each compares two sides in one run, in turns, because only ratios hold on a machine that others use."""
