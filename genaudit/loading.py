"""What earlier runs left, read again: recordings, reports, comparisons."""

from pathlib import Path

import msgspec

from genaudit.errors import RecordingError
from genaudit.files import MOST_RESULT_BYTES, read_bytes
from genaudit.gate.saved import concluded
from genaudit.model.codec import decode_comparison, decode_head, decode_recording, decode_report, refusing
from genaudit.model.comparison import Comparison
from genaudit.model.recording import Recording
from genaudit.model.report import Report
from genaudit.report.curves import comparison_with_curves, with_curves
from genaudit.report.mprofile import is_mprofile, report_of_mprofile


def load(path: str | Path) -> Report | Comparison:
    """A report from a saved ``recording.json`` or ``report.json``, or a comparison from its ``comparison.json``.

    A file that memory-profiler wrote (``mprofile_*.dat``) gives a report without a verdict.

    A recording is concluded again, and held to the budgets and the baseline that the gate held it to.

    Raises:
        RecordingError: The file cannot be read as one of these.
    """
    saved = read_saved(Path(path))
    return concluded(saved).with_recording(saved) if isinstance(saved, Recording) else saved


def read_saved(path: Path) -> Recording | Report | Comparison:
    """What a file holds, by its content and not by its name; one of memory-profiler's as the report that it gives.

    Raises:
        RecordingError: The file cannot be read as one of these.
    """
    text, name = _read(path), str(path)
    if is_mprofile(text):
        return report_of_mprofile(text, name=name)
    with refusing(
        f"{name} is nothing that genaudit wrote",
        slug="not-a-recording",
        hint="give a recording.json, report.json or comparison.json from a reports folder",
    ):
        kind = decode_head(text, _Kind)
    if kind.variants is not msgspec.UNSET:
        return comparison_with_curves(decode_comparison(text, name=name))
    if kind.schema_version is not None:
        return with_curves(decode_report(text, name=name))
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
