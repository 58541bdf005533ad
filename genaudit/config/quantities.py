"""Quantities as people write them in a configuration, read strictly: a number that is misread is a promise not kept.

Units of sizes are those of ``genaudit.units``; a rate must be written out (``64KiB/batch``), so that a size is never
taken for a rate or the other way round.
"""

import math
import re

import msgspec

from genaudit.errors import UsageError
from genaudit.units import bytes_of_unit, parse_size

RATES = ("batch", "epoch", "item")
EXAMPLES = {
    "bytes": "512MiB",
    "bytes/batch": "64KiB/batch",
    "bytes/epoch": "1MiB/epoch",
    "bytes/item": "1KiB/item",
    "x batch": "3x batch",
    "x": "1.5x",
    "%": "5%",
}
# Nobody has a machine of this size; a number beyond it is a slip.
MOST_BYTES = 2.0**60

_NUMBER = r"(?P<number>[0-9]+(?:\.[0-9]+)?)"
_SIZE = re.compile(_NUMBER + r" ?(?P<unit>[A-Za-z]+)(?:/(?P<rate>[a-z]+))?")
_TIMES = re.compile(_NUMBER + r" ?x(?P<batch> batch)?")
_SHARE = re.compile(_NUMBER + " ?%")


class Quantity(msgspec.Struct, frozen=True):
    """A number in one of the units of ``EXAMPLES``."""

    value: float
    unit: str


def parse_quantity(text: object, units: tuple[str, ...]) -> Quantity:
    """The quantity that a text says; the whole text must match.

    Args:
        text: As the configuration has it.
        units: The units that may be meant, the usual one first.

    Raises:
        UsageError: It is no text, has no unit or one of the wrong kind, or could be read in two ways.

    Example:
        >>> parse_quantity("64KiB/batch", ("bytes/batch",))
        Quantity(value=65536.0, unit='bytes/batch')
    """
    if not isinstance(text, str):
        shown = str(text).lower() if isinstance(text, bool) else text
        raise _refusal(f"{shown} has no unit", units)
    quantity = _times(text) or _share(text) or _size(text, units)
    if not math.isfinite(quantity.value) or quantity.value > MOST_BYTES:
        raise _refusal(f"{text!r} is larger than any machine", units)
    if quantity.unit not in units:
        raise _wrong_kind(text, quantity, units)
    return quantity


def _times(text: str) -> Quantity | None:
    match = _TIMES.fullmatch(text)
    return None if match is None else Quantity(float(match["number"]), "x batch" if match["batch"] else "x")


def _share(text: str) -> Quantity | None:
    match = _SHARE.fullmatch(text)
    return None if match is None else Quantity(float(match["number"]), "%")


def _size(text: str, units: tuple[str, ...]) -> Quantity:
    match = _SIZE.fullmatch(text)
    if re.fullmatch(_NUMBER, text):
        raise _refusal(f"{text!r} has no unit", units)
    if match is None:
        raise _refusal(f"{text!r} cannot be read as a quantity", units)
    rate = match["rate"]
    if rate is not None and rate not in RATES:
        raise _refusal(f"{text!r}: there is no rate per {rate}, only {', '.join(f'/{unit}' for unit in RATES)}", units)
    ending = f"/{rate}" if rate else ""
    if bytes_of_unit(match["unit"]) is None:
        meant = ending or units[0].removeprefix("bytes") if units[0].startswith("bytes") else ending
        hint = _meant(match["number"], match["unit"], meant)
        raise _refusal(f"{text!r} has no unit that genaudit knows", units, hint)
    try:
        return Quantity(float(parse_size(match["number"] + match["unit"])), f"bytes{ending}")
    except UsageError:
        # Its unit is known: it is too large.
        return Quantity(math.inf, f"bytes{ending}")


def _meant(number: str, unit: str, ending: str) -> str:
    try:
        parse_size(number + unit)
    except UsageError as error:
        match = re.search(r"did you mean [0-9.]+([A-Za-z]+)\?", error.hint)
        return f"did you mean {number}{match[1]}{ending}?" if match else ""
    return ""


def _wrong_kind(text: str, quantity: Quantity, units: tuple[str, ...]) -> UsageError:
    wanted = units[0]
    hint = ""
    if quantity.unit == "bytes" and wanted.startswith("bytes/"):
        hint = f"did you mean {text}{wanted.removeprefix('bytes')}?"
    elif quantity.unit == "x" and wanted == "x batch":
        hint = f"did you mean {text} batch?"
    elif quantity.unit.startswith("bytes/") and wanted == "bytes":
        hint = f"did you mean {text.partition('/')[0]}?"
    return _refusal(f"{text!r} is {_kind(quantity.unit)}, and {_kind(wanted)} is wanted here", units, hint)


def _kind(unit: str) -> str:
    kinds = {"bytes": "a size", "%": "a share", "x": "a multiple", "x batch": "a multiple of a batch"}
    return kinds.get(unit) or f"a size per {unit.partition('/')[2]}"


def _refusal(message: str, units: tuple[str, ...], hint: str = "") -> UsageError:
    examples = " or ".join(f'"{EXAMPLES[unit]}"' for unit in units)
    return UsageError(message, slug="bad-quantity", hint=hint or f"write a text such as {examples}")
