"""Tests of the renderers: formats of CI."""
