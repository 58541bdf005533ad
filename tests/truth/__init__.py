"""Small generators with known truth, and the means to hold genaudit to it."""
