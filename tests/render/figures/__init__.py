"""Tests of the renderers: figures."""
