"""Recordings to numbers with their noise. Pure: no clock, no file, no process."""
