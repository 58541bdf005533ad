"""The JSON Schema of the report, for tools that read its JSON: data, no code."""
