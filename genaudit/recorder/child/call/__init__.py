"""Finds the target and calls it."""
