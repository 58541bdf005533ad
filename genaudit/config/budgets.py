"""Budgets: what a project promises about a target, in one line each."""

from collections.abc import Iterable, Mapping

import msgspec

from genaudit.config.keys import as_int
from genaudit.config.quantities import Quantity, parse_quantity
from genaudit.errors import UsageError
from genaudit.model.outcome import Level

LAWS = {"constant": 0.0, "sublinear": 0.8, "linear": 1.15}
"""The highest exponent of each law; numbers may be given in their place."""
LEVELS = {"error": Level.ERROR, "warn": Level.WARNING, "off": None}
FIELDS = ("max", "level", "tolerance")


class Kind(msgspec.Struct, frozen=True):
    """What a budget of this name limits."""

    name: str
    units: tuple[str, ...]
    title: str
    page: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "peak",
            ("bytes",),
            "The highest memory is above the budget",
            "The highest memory of the target's process, interpreter and imports included; with "
            "workers, of the whole tree by PSS: what a container must have room for.",
        ),
        Kind(
            "first-batch",
            ("bytes",),
            "The first batch leaves more than the budget",
            "What is held after the first batch, the batch itself let go, above what was held before "
            "the target was called.",
        ),
        Kind(
            "growth",
            ("bytes/batch",),
            "Memory grows per batch by more than the budget",
            "The slope of what is held over batches, past the first epoch where epochs are known.",
        ),
        Kind(
            "epoch-growth",
            ("bytes/epoch",),
            "Memory grows per epoch by more than the budget",
            "The slope of what is held at the ends of epochs.",
        ),
        Kind(
            "spike",
            ("x batch", "bytes"),
            "A batch takes more than the budget while it is made",
            "The highest rise while one batch was made, as a multiple of the batch, or as a size.",
        ),
        Kind(
            "per-item",
            ("bytes/item",),
            "Memory grows with the data set by more than the budget",
            "The slope of what is held over the size of the data set: after the first batch, or after "
            "an epoch, whichever grows more beyond its noise.",
        ),
        Kind(
            "scaling",
            (),
            "Memory grows with the data set by a steeper law than promised",
            "The law of what is held over the size of the data set. An index that eager-load lets pass "
            "counts as constant.",
        ),
        Kind(
            "workers",
            ("bytes",),
            "Worker processes take more than the budget",
            "PSS of all processes below the target's own, at the moment of the highest sum.",
        ),
        Kind(
            "open-files",
            (),
            "More files are open than the budget",
            "Open files at the end of the drive.",
        ),
        Kind(
            "time-to-first-batch",
            ("x",),
            "The first batch takes longer than the budget",
            "Time of creating the target and of its first batch, as a multiple of the baseline's.",
        ),
        Kind(
            "forecast",
            ("bytes",),
            "The real data set will need more than the budget",
            "Memory of the whole process for so many items, by the law that was measured.",
        ),
    )
}


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """One promise."""

    name: str
    limit: Quantity | None
    """``None`` where only the comparison with the baseline is set here."""
    level: Level | None = Level.ERROR
    """``None`` switches the budget and its comparison off."""
    tolerance: float | None = None
    """Share by which the baseline may be passed; the general one where ``None``."""
    items: int | None = None
    """Size of the data set, for forecasts."""
    text: str = ""
    """The limit as it was written."""

    @property
    def kind(self) -> Kind:
        """What is limited."""
        return KINDS[self.name]


def parse_budget(name: str, value: object) -> Budget:
    """A budget from the value behind its name.

    Args:
        name: A key of ``KINDS``.
        value: A text, a number where the budget is one, or a table of ``max``, ``level`` and ``tolerance``.

    Raises:
        UsageError: It cannot be read.
    """
    if not isinstance(value, Mapping):
        if name == "forecast":
            raise _refusal('write forecast = {items = 50000, max = "8GiB"}')
        return Budget(name=name, limit=_limit(name, value), text=_shown(value))
    fields = dict(value)
    items = fields.pop("items", None) if name == "forecast" else None
    _refuse_unknown(fields, name)
    level = fields.get("level", "error")
    if level not in LEVELS:
        raise _refusal(f"{level!r} is none of {', '.join(LEVELS)}")
    if name == "forecast" and (type(items) is not int or items < 1 or "max" not in fields):
        raise _refusal('write forecast = {items = 50000, max = "8GiB"}')
    tolerance = fields.get("tolerance")
    return Budget(
        name=name,
        limit=_limit(name, fields["max"]) if "max" in fields else None,
        level=LEVELS[level],
        tolerance=None if tolerance is None else parse_quantity(tolerance, ("%",)).value / 100,
        items=items,
        text=_shown(fields.get("max", "")),
    )


def typed_budgets(texts: Iterable[str]) -> dict[str, Budget]:
    """Budgets of a command line, ``NAME=VALUE`` each.

    Raises:
        UsageError: One cannot be read.
    """
    budgets = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name not in KINDS:
            raise UsageError(
                f"--budget {text!r} is not NAME=VALUE", slug="bad-budget", hint=f"names: {', '.join(KINDS)}"
            )
        try:
            budgets[name] = parse_budget(name, as_int(value) if name in {"open-files", "scaling"} else value)
        except UsageError as error:
            raise UsageError(f"--budget {name}: {error.message}", slug=error.slug, hint=error.hint) from error
    return budgets


def forecast_fields(budgets: Mapping[str, Budget]) -> dict[str, int]:
    """The fields of a job that budgets set: the size that a forecast is promised for is the real data set's."""
    forecast = budgets.get("forecast")
    return {} if forecast is None or forecast.items is None else {"project_items": forecast.items}


def _refuse_unknown(fields: Mapping[str, object], name: str) -> None:
    allowed = (*FIELDS, "items") if name == "forecast" else FIELDS
    unknown = [field for field in fields if field not in allowed]
    if unknown:
        raise _refusal(f"a budget has no {unknown[0]!r}, only {', '.join(allowed)}")


def _limit(name: str, value: object) -> Quantity:
    if name == "scaling":
        return _law(value)
    if name == "open-files":
        if type(value) is not int or value < 0:
            raise _refusal(f"{value!r} is not a number of files")
        return Quantity(float(value), "files")
    return parse_quantity(value, KINDS[name].units)


def _law(value: object) -> Quantity:
    if isinstance(value, str) and value in LAWS:
        return Quantity(LAWS[value], "exponent")
    if type(value) in {int, float} and 0 <= float(value) <= 10:  # type: ignore[arg-type]
        return Quantity(float(value), "exponent")  # type: ignore[arg-type]
    raise _refusal(f"{value!r} is none of {', '.join(LAWS)}, nor an exponent such as 1.0")


def _shown(value: object) -> str:
    return str(value)


def _refusal(message: str) -> UsageError:
    return UsageError(message, slug="bad-budget")
