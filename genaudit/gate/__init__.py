"""Promises about memory that CI keeps: configuration, budgets, a baseline, and the verdict over several targets."""
