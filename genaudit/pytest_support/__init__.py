"""What the pytest plugin needs once a test asks for an audit; nothing of it is imported when pytest starts."""
