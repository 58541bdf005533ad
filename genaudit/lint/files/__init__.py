"""Source files: found, read, parsed, and what is suppressed in them."""
