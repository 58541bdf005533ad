"""A job that was watched: how its memory grew, and in which part of it."""
