"""What looks for lines, and so has a trial of its own."""
