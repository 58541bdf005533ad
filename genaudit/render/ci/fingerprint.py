"""A name for a finding that stays the same while lines around it move."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from genaudit.model import Outcome


def fingerprints(outcomes: Sequence[Outcome]) -> list[str]:
    """One for each finding, all different: of its rule, file, function, and its number among those alike."""
    seen: Counter[tuple[str, str, str]] = Counter()
    names = []
    for outcome in outcomes:
        location = outcome.location
        key = (outcome.code, location.path if location else "", (location.function if location else "") or "")
        seen[key] += 1
        names.append(hashlib.sha256("\0".join((*key, str(seen[key]))).encode("utf-8", "replace")).hexdigest())
    return names


def findings_of(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes that failed."""
    return [outcome for outcome in outcomes if outcome.is_finding]
