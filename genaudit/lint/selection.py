"""Which rules a run reports, for which paths."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from genaudit.errors import UsageError
from genaudit.lint.files.gitignore import Pattern, leaves_out, parse
from genaudit.lint.rule_names import meant
from genaudit.lint.rules.catalogue import NAMES
from genaudit.model.rule import RuleInfo


class Selection:
    """Which rules a run reports, for which paths.

    Args:
        select: Codes, prefixes of codes or names; all where ``None``.
        ignore: The same, left out.
        per_path: The same, left out for paths that match a pattern.

    Raises:
        UsageError: Something names no rule.
    """

    def __init__(
        self,
        select: Collection[str] | None,
        ignore: Collection[str] | None,
        per_path: Mapping[str, Collection[str]],
    ) -> None:
        self._codes = _expand(select) if select else frozenset(NAMES)
        self._codes -= _expand(ignore or ())
        self._per_path: list[tuple[list[Pattern], frozenset[str]]] = [
            (parse([pattern]), _expand(names)) for pattern, names in per_path.items()
        ]

    def wants(self, info: RuleInfo, path: str) -> bool:
        """Whether a rule is reported for a path."""
        if info.code not in self._codes:
            return False
        return not any(
            info.code in codes and leaves_out(patterns, path.strip("/")) for patterns, codes in self._per_path
        )


def _expand(names: Collection[str]) -> frozenset[str]:
    codes: set[str] = set()
    for given in names:
        name = given.strip()
        matching = {code for code, known in NAMES.items() if known == name.lower() or code.startswith(name.upper())}
        if not matching or not name:
            near = meant(name, {known: code for code, known in NAMES.items()})
            hint = f"did you mean {near}? " if near else ""
            raise UsageError(f"{given!r} is no rule", slug="no-such-rule", hint=f"{hint}genaudit rule lists them")
        codes |= matching
    return frozenset(codes)
