"""Figures as PNG and SVG. The door of matplotlib."""
