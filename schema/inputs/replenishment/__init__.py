"""Inputs of policies and reviews."""
