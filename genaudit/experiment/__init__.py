"""Trials are planned here and run one at a time."""
