"""A script as the target: it runs as ``__main__`` until it hands a source of batches to a consumer."""
