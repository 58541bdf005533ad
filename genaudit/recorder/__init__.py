"""The only part that touches a live process: it leaves recordings behind."""
