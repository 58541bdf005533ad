"""Tests of what is concluded from evidence."""
