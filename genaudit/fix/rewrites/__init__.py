"""Rewrites, one file each: source text and a fault go in, source text or the reason for none comes out."""
