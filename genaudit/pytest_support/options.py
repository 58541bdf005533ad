"""What a marker, an ini file and the command line ask of an audit."""

import difflib
from collections.abc import Mapping
from typing import Any

import msgspec

from genaudit.config.budgets import KINDS, Budget, parse_budget
from genaudit.config.keys import OPTIONS, as_int
from genaudit.errors import UsageError

REQUEST_FIELDS = {
    "batches": "batches",
    "max-batches": "max_batches",
    "epochs": "epochs",
    "sizes": "sizes",
    "hold": "hold",
    "repeats": "repeats",
    "items": "items",
    "project-items": "project_items",
    "synth": "synth",
    "timeout": "timeout",
    "quick": "quick",
}
OTHERS = ("dataset", "driver", "memory-limit", "fail-on", "strict", "args-from")
KEYS = (*REQUEST_FIELDS, *OTHERS)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Checked options and budgets."""

    values: dict[str, Any] = {}
    """By key, as in a configuration."""
    budgets: dict[str, Budget] = {}

    def over(self, general: "Wanted") -> "Wanted":
        """These, and where they say nothing the general ones."""
        return Wanted(values={**general.values, **self.values}, budgets={**general.budgets, **self.budgets})

    def request_fields(self) -> dict[str, Any]:
        """Fields of a job, by name."""
        fields = {field: self.values[key] for key, field in REQUEST_FIELDS.items() if key in self.values}
        forecast = self.budgets.get("forecast")
        if forecast is not None and forecast.items is not None:
            fields["project_items"] = forecast.items
        return fields


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
        if key not in KINDS and key not in KEYS:
            near = difflib.get_close_matches(key, [*KINDS, *KEYS], n=1, cutoff=0.6)
            known = ", ".join(sorted(one.replace("-", "_") for one in (*KINDS, *KEYS)))
            hint = f"did you mean {near[0].replace('-', '_')}?" if near else f"known: {known}"
            raise UsageError(f"{where} has no {name!r}", slug="unknown-key", hint=hint)
        try:
            if key in KINDS:
                budgets[key] = parse_budget(key, value)
            elif value is not None:
                values[key] = OPTIONS[key].read(value)
        except UsageError as error:
            raise UsageError(f"{where}: {name}: {error.message}", slug=error.slug, hint=error.hint) from None
    return Wanted(values=values, budgets=budgets)


def read_ini(texts: Mapping[str, str | None], budgets: list[str]) -> Wanted:
    """Options of an ini file: texts, and lines of ``NAME = VALUE`` for budgets.

    Raises:
        UsageError: A name or a value that is not known.
    """
    given: dict[str, object] = {
        key: OPTIONS[key.replace("_", "-")].typed(text) for key, text in texts.items() if text not in {None, ""}
    }
    for line in budgets:
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or name.replace("_", "-") not in KINDS:
            raise UsageError(
                f"genaudit_budgets: {line!r} is not NAME = VALUE", slug="bad-budget", hint=f"names: {', '.join(KINDS)}"
            )
        given[name] = as_int(value) if name.replace("_", "-") == "open-files" else value
    return read(given, where="the ini option genaudit")
