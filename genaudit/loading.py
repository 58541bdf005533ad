"""What earlier runs left, read again: recordings, reports, comparisons."""

from pathlib import Path

import msgspec

from genaudit.errors import RecordingError
from genaudit.files import MOST_RESULT_BYTES, check_nesting, read_bytes
from genaudit.gate.saved import concluded
from genaudit.model.codec import decode_recording, decode_report
from genaudit.model.comparison import Comparison
from genaudit.model.comparison_codec import decode_comparison
from genaudit.model.recording import Recording
from genaudit.model.report import Report


def load(path: str | Path) -> Report | Comparison:
    """A report from a saved ``recording.json`` or ``report.json``, or a comparison from its ``comparison.json``.

    A recording is concluded again, and held to the budgets and the baseline that the gate held it to.

    Raises:
        RecordingError: The file cannot be read as one of these.
    """
    saved = read_saved(Path(path))
    return concluded(saved).with_recording(saved) if isinstance(saved, Recording) else saved


def read_saved(path: Path) -> Recording | Report | Comparison:
    """What a file holds, by its content and not by its name.

    Raises:
        RecordingError: The file cannot be read as one of these.
    """
    text, name = _read(path), str(path)
    try:
        check_nesting(text)
        kind = msgspec.json.decode(text, type=_Kind)
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            f"{name} is nothing that genaudit wrote: {error}",
            slug="not-a-recording",
            hint="give a recording.json, report.json or comparison.json from a reports folder",
        ) from error
    if kind.variants is not msgspec.UNSET:
        return decode_comparison(text, name=name)
    if kind.schema_version is not None:
        return decode_report(text, name=name)
    return decode_recording(text, name=name)


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path, MOST_RESULT_BYTES)
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be read: {error.strerror}",
            slug="no-recording",
            hint="genaudit run writes recording.json and report.json into its reports folder",
        ) from error


class _Kind(msgspec.Struct):
    """What the kinds of files differ in."""

    schema_version: str | None = None
    variants: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
