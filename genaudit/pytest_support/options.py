"""What a marker, an ini file and the command line ask of an audit."""

import difflib
from collections.abc import Mapping
from typing import Any

import msgspec

from genaudit.config.budgets import KINDS, Budget, forecast_fields, parse_budget
from genaudit.config.keys import KEYS, as_int
from genaudit.errors import UsageError
from genaudit.options import MARKER, JobOptions, options_at, rows_of

KEYWORDS = [option.key for option in options_at(MARKER)]
"""Options of a marker, by key of a configuration, as which they are read."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Checked options and budgets."""

    values: dict[str, Any] = {}
    """By key, as in a configuration."""
    budgets: dict[str, Budget] = {}

    def over(self, general: "Wanted") -> "Wanted":
        """These, and where they say nothing the general ones."""
        return Wanted(values={**general.values, **self.values}, budgets={**general.budgets, **self.budgets})

    def job_fields(self) -> dict[str, Any]:
        """Fields of a job, by name."""
        rows = rows_of(JobOptions)
        fields = {option.name: default for option in rows if (default := option.defaults.get(MARKER)) is not None}
        fields |= {option.name: self.values[option.key] for option in rows if option.key in self.values}
        return fields | forecast_fields(self.budgets)


def read(given: Mapping[str, object], *, where: str) -> Wanted:
    """Options and budgets as keyword arguments name them.

    Args:
        given: ``growth="64KiB/batch"``, ``batches=50``; underscores stand for dashes.
        where: What they belong to, for messages.

    Raises:
        UsageError: A name or a value that is not known.
    """
    values, budgets = {}, {}
    for name, value in given.items():
        key = name.replace("_", "-")
        if key not in KINDS and key not in KEYWORDS:
            near = difflib.get_close_matches(key, [*KINDS, *KEYWORDS], n=1, cutoff=0.6)
            known = ", ".join(sorted(name.replace("-", "_") for name in (*KINDS, *KEYWORDS)))
            hint = f"did you mean {near[0].replace('-', '_')}?" if near else f"known: {known}"
            raise UsageError(f"{where} has no {name!r}", slug="unknown-key", hint=hint)
        try:
            if key in KINDS:
                budgets[key] = parse_budget(key, value)
            elif value is not None:
                values[key] = KEYS[key].read(value)
        except UsageError as error:
            raise UsageError(f"{where}: {name}: {error.message}", slug=error.slug, hint=error.hint) from None
    return Wanted(values=values, budgets=budgets)


def read_ini(texts: Mapping[str, str | None], budgets: list[str]) -> Wanted:
    """Options of an ini file: texts, and lines of ``NAME = VALUE`` for budgets.

    Raises:
        UsageError: A name or a value that is not known.
    """
    given: dict[str, object] = {name: KEYS[name.replace("_", "-")].typed(text) for name, text in texts.items() if text}
    for line in budgets:
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or name.replace("_", "-") not in KINDS:
            raise UsageError(
                f"genaudit_budgets: {line!r} is not NAME = VALUE", slug="bad-budget", hint=f"names: {', '.join(KINDS)}"
            )
        given[name] = as_int(value) if name.replace("_", "-") == "open-files" else value
    return read(given, where="the ini option genaudit")
