"""The data set among the arguments, and parts of it."""
