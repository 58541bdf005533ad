"""JSON of a file that anybody may have changed, as a model: its types, and its ranges, and the length of its texts.

What passes here can be concluded and drawn: no size is larger than any machine, no time before the beginning, and no
text so long that wrapping it takes all memory.
"""

from collections.abc import Sized
from typing import Any, TypeVar

import msgspec

from genaudit.files import check_nesting
from genaudit.masking import mask, mask_in_place

Model = TypeVar("Model")

MOST = 2**62
"""Bytes, items, batches: of anything."""
MOST_SECONDS = 1e9
LONGEST_TEXT = 20_000
LONGEST_SOURCE = 1_000_000
LONGEST_LIST = 1_000_000
CUT = "…"

_SIGNED = (
    "growth", "slope", "difference", "value", "low", "high", "base", "other", "noise", "baseline", "limit",
    "fixed_bytes", "retained", "untraced", "bytes_per_item", "saving_bytes", "ratio", "exponent", "tolerance",
    "min_change", "largest",
    "code", "gained", "height_bytes", "peak_bytes", "items_at_limit", "at_s", "start_s", "first_s", "last_s", "end_s",
    "epoch_ends_s", "clock_s", "bytes", "blocks", "traced_bytes", "tracer_bytes", "harness_bytes", "mad",
)  # fmt: skip
"""How the names of figures begin, or what they are, that may be less than nothing."""


def decoded(text: bytes, model: type[Model]) -> Model:
    """A model from JSON.

    Raises:
        ValueError: It is no JSON, not of that model, or holds what no run can have measured; the message has the field.
    """
    check_nesting(text)
    try:
        plain = msgspec.json.decode(text)
        return msgspec.convert(checked(plain), model, str_keys=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def checked(value: Any, path: str = "$", name: str = "") -> Any:
    """Plain values with texts cut and masked, after a look at every number.

    Raises:
        ValueError: A number is out of its range, or there are more entries than can be.
    """
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, dict):
        return {_key(key): checked(one, f"{path}.{shown(key)}", _name(key, name)) for key, one in value.items()}
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise ValueError(f"more than {LONGEST_LIST:,} entries - at `{path}`")
        return [checked(one, f"{path}[{at}]", name) for at, one in enumerate(value)]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_number(value, path, name)
    return value


def shown(key: str) -> str:
    """A key as messages tell it."""
    return key if len(key) <= 80 else key[:79] + CUT


def _name(key: str, above: str) -> str:
    """The field that a value belongs to: entries of ``sources`` are named by their files."""
    return above if above == "sources" else key


def _text(text: str, name: str) -> str:
    if name == "sources":
        return mask_in_place(text[:LONGEST_SOURCE])
    return mask(text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + CUT)


def _key(key: str) -> str:
    return key if len(key) <= LONGEST_TEXT else key[: LONGEST_TEXT - 1] + CUT


def _check_number(value: float, path: str, name: str) -> None:
    if name.endswith("_s") or "seconds" in name:
        if not -MOST_SECONDS <= value <= MOST_SECONDS:
            raise ValueError(f"{value!r:.40} seconds are more than {MOST_SECONDS:.0e} - at `{path}`")
    elif not -MOST <= value <= MOST:
        raise ValueError(f"{str(value)[:24]} is out of range - at `{path}`")
    if value < 0 and (not name.startswith(_SIGNED) or path.startswith(("$.limit.", "$.machine."))):
        raise ValueError(f"{value!r:.40} is less than 0 - at `{path}`")


def check_index(at: int, entries: Sized, path: str) -> None:
    """Whether an index leads to an entry.

    Raises:
        ValueError: It does not.
    """
    if not 0 <= at < len(entries):
        raise ValueError(f"{at} is no entry of {len(entries)} - at `{path}`")
