"""Figures that can be zoomed and asked. The door of Bokeh."""
