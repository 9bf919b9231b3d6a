"""Reads of items and locations, and of the labels that items have."""
