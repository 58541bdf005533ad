"""Words that several renderers share."""
