"""Reports and recordings without the user's code."""

import msgspec
import pytest

from genaudit.model.report import Failure
from genaudit.render import RENDERERS
from genaudit.render.redact import recording_without_source, without_code_lines, without_source
from tests import build
from tests.build_report import SECRET_KEY, accounted, crash, hostile
from tests.evidence.retention.made import Step, generator, walk
from tests.render.rendered import rendered

TRACEBACK = """\
about to load
Traceback (most recent call last):
  File "data.py", line 9, in batches
    yield decode(SECRET_TABLE[path])
          ~~~~~~~~~~~~^^^^^^^^^^^^^
  File "data.py", line 3, in decode
    raise KeyError(path)
KeyError: 'x.jpg'
data.py:7: DeprecationWarning: old
  load(SECRET_TABLE)
    indented output of the target
"""


def test_lines_that_python_quotes_are_left_out() -> None:
    """Frames, the exception and what the target itself printed stay."""
    assert without_code_lines(TRACEBACK).splitlines() == [
        "about to load",
        "Traceback (most recent call last):",
        '  File "data.py", line 9, in batches',
        '  File "data.py", line 3, in decode',
        "KeyError: 'x.jpg'",
        "data.py:7: DeprecationWarning: old",
    ]
    assert without_code_lines("    indented output\n") == "    indented output\n"


def test_a_failure_quotes_no_code() -> None:
    """In none of the places where a traceback is kept."""
    failure = Failure(reason="raised", type="KeyError", traceback=TRACEBACK, stderr_tail=TRACEBACK)
    report = msgspec.structs.replace(crash(), failure=failure)
    ended = msgspec.structs.replace(report.trials[0].exit, stderr_tail=TRACEBACK)
    report = msgspec.structs.replace(report, trials=[msgspec.structs.replace(report.trials[0], exit=ended)])

    assert b"SECRET_TABLE" in msgspec.json.encode(report)
    assert b"SECRET_TABLE" not in msgspec.json.encode(without_source(report))


def test_a_recording_names_no_variable_of_the_user_s() -> None:
    """Nor keys of his data; modules, classes and functions are what locations name too."""
    key = Step("entry", "SECRET_KEY", "ndarray", 80)
    root = generator(Step("variable", "SECRET_TABLE", "dict", 90, key, entries=1), n_bytes=100)
    trial = msgspec.structs.replace(build.trial(16, lambda batch, epoch: 0.0), retention=[walk(root)])
    recording = build.recording(trial)
    kept = recording_without_source(recording)

    assert b"SECRET" in msgspec.json.encode(recording)
    assert b"SECRET" not in msgspec.json.encode(kept)
    assert [node.name for node in kept.trials[0].retention[0].nodes] == ["generate", "", ""]
    assert [node.bytes for node in kept.trials[0].retention[0].nodes] == [100, 90, 80]


def test_a_report_names_no_variable_of_the_user_s() -> None:
    """What they hold, and the names of functions, classes and modules, stay in paths and in the tree."""
    report = without_source(accounted())
    content = msgspec.json.encode([report.holders, report.retention])

    for name in (b"reader", b"opened", b"records", b"_HEADERS", b"train-00000"):
        assert name in msgspec.json.encode([accounted().holders, accounted().retention])
        assert name not in content
    assert report.holders[1].names == ["shop.shards (module)", "…", "dict of 96", "bytes"]
    assert [step.label for step in report.retention][:4] == [
        "ShardLoader (line 21)",
        "ShardReader",
        "dict of 12",
        "Shard",
    ]


@pytest.mark.parametrize("format_name", sorted(RENDERERS))
def test_no_format_shows_a_secret_of_a_path(format_name: str) -> None:
    """A key of a dictionary may be one."""
    report = hostile()

    assert any(SECRET_KEY in name for name in report.holders[0].names)
    if format_name not in {"png", "svg"}:
        assert SECRET_KEY.encode() not in rendered("hostile", format_name)
    else:
        assert SECRET_KEY.encode() not in rendered("hostile", "svg")
