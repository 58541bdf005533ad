"""Files as real projects have them, each with a fault of memory; written without a look at the rewrites."""
