"""What runs leave in the reports folder: written, kept, found again and listed."""
