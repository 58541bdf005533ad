"""Who keeps what alive: a bounded walk of references from what the user can name to the bytes."""
