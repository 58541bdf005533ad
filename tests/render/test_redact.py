"""Reports and recordings without the user's code."""

import msgspec

from genaudit.model.report import Failure
from genaudit.render.redact import without_code_lines, without_source
from tests.build_report import crash

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
