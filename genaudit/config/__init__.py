"""Configuration: files, keys, environment, quantities."""
