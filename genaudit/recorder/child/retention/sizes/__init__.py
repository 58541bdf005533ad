"""What an object takes by itself: its own bytes, its data, and whether a library may hold more behind it."""
