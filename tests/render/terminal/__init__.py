"""Tests of the renderers: terminal."""
