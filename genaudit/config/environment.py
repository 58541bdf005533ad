"""Environment variables as keys of the configuration: ``GENAUDIT_BATCHES=100``."""

import difflib
from collections.abc import Mapping
from typing import Any

from genaudit.config.keys import KEYS
from genaudit.errors import UsageError

# Variables that are no keys of a configuration.
_OWN_VARIABLES = {"GENAUDIT_TRIAL", "GENAUDIT_REFRESH", "GENAUDIT_TRUTH_DATA", "GENAUDIT_CONFIG", "GENAUDIT_CACHE"}


def from_variables(variables: Mapping[str, str]) -> dict[str, Any]:
    """Checked values by key; variables that are named nearly like one are refused, others are left alone.

    Raises:
        UsageError: One cannot be read, or is probably misspelt.
    """
    values = {}
    for name, text in sorted(variables.items()):
        if not name.startswith("GENAUDIT_") or name in _OWN_VARIABLES:
            continue
        key = name.removeprefix("GENAUDIT_").lower().replace("_", "-")
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.8)
            if near:
                meant = "GENAUDIT_" + near[0].upper().replace("-", "_")
                raise UsageError(
                    f"{name} is no variable of genaudit's", slug="unknown-key", hint=f"did you mean {meant}?"
                )
            continue
        try:
            values[key] = KEYS[key].read(KEYS[key].typed(text.strip()))
        except UsageError as error:
            raise UsageError(f"{name}: {error.message}", slug=error.slug, hint=error.hint) from error
    return values
