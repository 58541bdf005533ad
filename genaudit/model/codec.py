"""Recordings, reports and comparisons to JSON and back.

Anybody may have changed a file. So its types are checked, and the ranges of its numbers, and the length of its texts.
What passes can be concluded and drawn: no size is larger than any machine, no time before the beginning, and no text so
long that wrapping it takes all memory.
"""

import contextlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sized
from typing import Any, TypeVar

import msgspec

from genaudit.errors import ExitCode, GenauditError, RecordingError
from genaudit.files import check_nesting
from genaudit.masking import mask, mask_in_place
from genaudit.model.comparison import Comparison, Figures
from genaudit.model.recording import RECORDING_VERSION, Recording
from genaudit.model.report import Report
from genaudit.model.watch import JobReport

Model = TypeVar("Model")
AnyStruct = TypeVar("AnyStruct", bound=msgspec.Struct)

EXIT_CODES = {*ExitCode} - {ExitCode.INTERNAL}
"""What an audit ends with, and what rendering its report does then."""
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

LONG_FIELDS: Mapping[str, Any] = {
    "timeline": None,
    "process_timeline": None,
    "surface": [],
    "trials": [],
    "traced": [],
    "rules": [],
    "sites": [],
    "retention": [],
    "grown": [],
    "sources": [],
}
"""Fields of a report with many entries, and what they are where there are none."""

ROOT = -1
"""The ``parent`` of a step that has none."""

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Versioned(msgspec.Struct):
    """The version of a file's format, whatever else is in it."""

    version: int


def encode(model: msgspec.Struct) -> bytes:
    """JSON of a recording, a report or a comparison, indented, keys in the order of the fields.

    What would steer a terminal that shows it, or turn its text round, is written as JSON's own escapes: the same text.
    """
    text = msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n"
    if text.isascii() and b"\x7f" not in text:
        return text
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text.decode()).encode()


def with_valid_text(model: AnyStruct) -> AnyStruct:
    r"""The same with texts that every format can hold.

    A path or a message may hold bytes that are no UTF-8, which Python keeps as half of a pair of code units; no file of
    text has them. Such a byte is then written as Python would, ``\xff``.
    """
    try:
        msgspec.json.encode(model)
    except UnicodeEncodeError:
        return msgspec.convert(_valid(msgspec.to_builtins(model)), type(model))
    return model


def _valid(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub(_escaped, value)
    if isinstance(value, dict):
        return {_valid(key): _valid(entry) for key, entry in value.items()}
    return [_valid(entry) for entry in value] if isinstance(value, list) else value


def _escaped(match: "re.Match[str]") -> str:
    number = ord(match[0])
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


def decode_recording(text: bytes, *, name: str) -> Recording:
    """A recording from its JSON.

    Args:
        text: Content of a ``recording.json``.
        name: Where it came from, for the message.

    Raises:
        RecordingError: Not JSON, not a recording, or of a newer version.
    """
    with refusing(
        f"{name} is not a genaudit recording",
        slug="not-a-recording",
        hint="give the recording.json that genaudit run wrote beside its report",
    ):
        version = decode_head(text, Versioned).version
    check_version(version, RECORDING_VERSION, name=name, kind="recording")
    with refusing(f"{name} cannot be read as a recording", slug="broken-file"):
        recording = decode(text, Recording)
        _check_walks(recording)
        return recording


def decode_report(text: bytes, *, name: str, in_short: bool = False) -> Report:
    """A report from its JSON.

    Args:
        text: The JSON.
        name: Where it came from, for the message.
        in_short: Without ``LONG_FIELDS``, which a list of reports does not look at: most of the time is theirs.

    Raises:
        RecordingError: Not JSON, or not a report.
    """
    with refusing(f"{name} cannot be read as a report", slug="broken-file"):
        report = decode(text, Report, LONG_FIELDS if in_short else {})
        if report.exit_code not in EXIT_CODES:
            raise ValueError(f"{report.exit_code} is no exit code of an audit - at `$.exit_code`")
        return report


def decode_comparison(text: bytes, *, name: str) -> Comparison:
    """A comparison from its JSON.

    Raises:
        RecordingError: Not JSON, or not a comparison.
    """
    with refusing(
        f"{name} is not a genaudit comparison",
        slug="not-a-comparison",
        hint="give the comparison.json that genaudit compare wrote",
    ):
        comparison = decode(text, Comparison)
        _check_references(comparison)
        return comparison


@contextlib.contextmanager
def refusing(
    problem: str, *, slug: str, hint: str = "", error: Callable[..., GenauditError] = RecordingError
) -> Iterator[None]:
    """Make what is wrong with a file's content an error for its user.

    Args:
        problem: The file, and what it is not; the reason follows.
        slug: Short name of the case.
        hint: What to do about it.
        error: The error to raise in place of a ``ValueError``.
    """
    try:
        yield
    except ValueError as reason:
        raise error(f"{problem}: {reason}", slug=slug, hint=hint) from reason


def check_version(
    version: int, newest: int, *, name: str, kind: str, error: Callable[..., GenauditError] = RecordingError
) -> None:
    """Whether this genaudit knows the version of a file.

    Raises:
        RecordingError: A newer one wrote it; or the error that is given.
    """
    if version > newest:
        raise error(
            f"{name} is a {kind} of version {version}; this genaudit reads up to {newest}",
            slug=f"newer-{kind}",
            hint="read it with a genaudit as new as the one that wrote it; docs/install.md says how to install one",
        )


def decode_head(text: bytes, model: type[Model]) -> Model:
    """The few fields that tell one kind of file from another; the others are not looked at.

    Raises:
        ValueError: It is no JSON, or a field has another type.
    """
    try:
        check_nesting(text)
        return msgspec.json.decode(text, type=model)
    except RecursionError as error:
        raise ValueError(str(error)) from error


def decode(text: bytes, model: type[Model], emptied: Mapping[str, Any] | None = None) -> Model:
    """A model from JSON.

    Args:
        text: The JSON.
        model: What it is of.
        emptied: Fields of it that are not looked at, and what is in their place.

    Raises:
        ValueError: It is no JSON, not of that model, or holds what no run can have measured; the message has the field.
    """
    check_nesting(text)
    try:
        plain = msgspec.json.decode(text)
        if emptied and isinstance(plain, dict):
            plain |= emptied
        return msgspec.convert(checked(plain), model, str_keys=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def report_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report object."""
    return schema_of(Report, "genaudit report")


def schema_of(model: type[msgspec.Struct], title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a model."""
    schema = _dedented(msgspec.json.schema(model))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def _dedented(schema: Any) -> Any:
    """The schema with the indentation taken out of its descriptions: Python 3.13 does that by itself, others do not."""
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else _dedented(value)
            for key, value in schema.items()
        }
    return [_dedented(item) for item in schema] if isinstance(schema, list) else schema


def comparison_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a comparison."""
    return schema_of(Comparison, "genaudit comparison")


def job_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report of a job that was watched."""
    return schema_of(JobReport, "genaudit watch report")


def checked(value: Any, path: str = "$", name: str = "") -> Any:
    """Plain values with texts cut and masked, after a look at every number.

    Raises:
        ValueError: A number is out of its range, or there are more entries than can be.
    """
    if isinstance(value, str):
        return _text(value, name)
    if isinstance(value, dict):
        return {_key(key): checked(entry, f"{path}.{_short(key)}", _name(key, name)) for key, entry in value.items()}
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            raise ValueError(f"more than {LONGEST_LIST:,} entries - at `{path}`")
        return [checked(entry, f"{path}[{at}]", name) for at, entry in enumerate(value)]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_number(value, path, name)
    return value


def _short(key: str) -> str:
    """A key as messages show it."""
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
    if name == "parent" and value == ROOT:
        return
    if value < 0 and (not name.startswith(_SIGNED) or path.startswith(("$.limit.", "$.machine."))):
        raise ValueError(f"{value!r:.40} is less than 0 - at `{path}`")


def _check_index(at: int, entries: Sized, path: str) -> None:
    """Whether an index leads to an entry.

    Raises:
        ValueError: It does not.
    """
    if not 0 <= at < len(entries):
        raise ValueError(f"{at} is no entry of {len(entries)} - at `{path}`")


def _check_walks(recording: Recording) -> None:
    """Whether every step of a walk comes after the one that it hangs on.

    Raises:
        ValueError: One does not.
    """
    for at, trial in enumerate(recording.trials):
        for number, mark in enumerate(trial.retention):
            for place, node in enumerate(mark.nodes):
                if not ROOT <= node.parent < place:
                    where = f"$.trials[{at}].retention[{number}].nodes[{place}].parent"
                    raise ValueError(f"{node.parent} is no step before {place} - at `{where}`")


def _check_references(comparison: Comparison) -> None:
    """Whether the parts of a comparison fit together.

    Raises:
        ValueError: They do not.
    """
    if not comparison.variants:
        raise ValueError("a comparison has a variant at least - at `$.variants`")
    if comparison.exit_code not in EXIT_CODES:
        raise ValueError(f"{comparison.exit_code} is no exit code of a comparison - at `$.exit_code`")
    for at, against in enumerate(comparison.against):
        _check_index(against.variant, comparison.variants, f"$.against[{at}].variant")
        for difference in against.differences:
            if difference.figure not in Figures.__struct_fields__:
                raise ValueError(f"{_short(difference.figure)!r} is no figure - at `$.against[{at}].differences`")
    for at, drive in enumerate(comparison.drives):
        _check_index(drive.variant, comparison.variants, f"$.drives[{at}].variant")
