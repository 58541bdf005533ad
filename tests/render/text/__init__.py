"""Tests of the renderers: text."""
