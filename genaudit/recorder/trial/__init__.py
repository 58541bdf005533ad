"""One trial: its process, what it announces, and what of it is read from outside."""
