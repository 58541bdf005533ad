"""How the child and its parent talk."""
