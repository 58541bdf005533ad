"""Fixes: edits that are certain, and sketches."""
