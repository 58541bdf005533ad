"""Decisions of the experiment, on trials that are made and not run."""
