"""The verified fix: a finding's rewrite, run beside the original, and shown only where it is proven."""
