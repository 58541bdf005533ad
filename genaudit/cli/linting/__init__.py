"""What `genaudit lint` shows, changes and writes."""
