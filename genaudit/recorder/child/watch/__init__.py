"""A job that is watched while it runs: marks at its batches and walks of references, and nothing of it is changed."""
