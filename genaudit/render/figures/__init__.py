"""Figures: what is drawn, and with which colours."""
