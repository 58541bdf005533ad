"""Which rule was meant by a name that is none."""

from __future__ import annotations

from collections.abc import Mapping


def meant(name: str, codes_by_name: Mapping[str, str]) -> str | None:
    """The rule that a wrong name or code is nearest to, as it is to be written; ``None`` where none is near.

    Args:
        name: As typed.
        codes_by_name: Code by rule name.

    Example:
        >>> codes = {'eager-load': 'GA101'}
        >>> meant("eagr-load", codes), meant("ga-101", codes)
        ('eager-load (GA101)', 'GA101 (eager-load)')
    """
    import difflib

    plain = name.lower().replace("_", "-")
    names_by_code = {code.lower(): known for known, code in codes_by_name.items()}
    # Names first: a code has so few letters that any of them is near to any other.
    near = difflib.get_close_matches(plain, [known.lower() for known in codes_by_name], n=1, cutoff=0.7)
    if near:
        return f"{near[0]} ({codes_by_name[near[0]]})"
    near = difflib.get_close_matches(plain, names_by_code, n=1, cutoff=0.7)
    return f"{near[0].upper()} ({names_by_code[near[0]]})" if near else None
