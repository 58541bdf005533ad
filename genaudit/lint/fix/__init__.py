"""Which fixes are certain, and sketches."""
