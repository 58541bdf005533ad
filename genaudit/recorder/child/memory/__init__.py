"""What the child reads of its own memory."""
