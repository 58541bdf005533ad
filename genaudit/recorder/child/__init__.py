"""What runs inside the target's process. Standard library only: every import would be measured with the target."""
