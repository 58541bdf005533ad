"""What keeps the target from the measuring, and the measuring from the target."""
