"""Code of a notebook or a prompt, taken out so that another process can run it."""
