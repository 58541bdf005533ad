"""Rewrites that give a cache, a queue or a pool the bound that it lacks."""
