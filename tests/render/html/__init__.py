"""Tests of the renderers: HTML pages."""
