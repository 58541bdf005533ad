"""The user's text as a tree that keeps comments and layout: looked at, asked about its variables, changed."""
