"""The phases of a trial in their order."""

PHASE_AFTER: dict[str | None, str] = {
    None: "interpreter",
    "interpreter": "import",
    "import": "arguments",
    "arguments": "create",
    "create": "first-batch",
    "first-batch": "steady",
    "steady": "close",
    "close": "close",
}
