"""Who keeps memory alive: a bounded walk of references through the target's process."""
