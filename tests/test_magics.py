"""The magics of a notebook, in a shell of IPython without a notebook."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from genaudit import api
from genaudit.cells.rebuild import CallText, CellText
from genaudit.errors import UsageError
from tests.build_report import eager


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A shell with the magics."""
    pytest.importorskip("IPython")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    from IPython.core.interactiveshell import InteractiveShell

    main = sys.modules["__main__"]
    shell = InteractiveShell.instance()
    run(shell, "%load_ext genaudit")
    yield shell
    shell.reset()
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


def run(shell: Any, text: str) -> Any:
    """What a cell gives."""
    return shell.run_cell(text, store_history=True).result


def test_what_is_audited(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call or the cell, with the options of the line; the report is what the cell gives."""
    asked: list[Any] = []
    monkeypatch.setattr(api, "audit", lambda target, **options: asked.append((target, options)) or eager())

    assert run(shell, "%genaudit --quick gen(8)").verdict == eager().verdict
    run(shell, "%%genaudit --batches 20 --source val\nfor x in gen(8):\n    pass\n")

    assert asked == [
        (CallText("gen(8)"), {"quick": True}),
        (CellText("\nfor x in gen(8):\n    pass\n", "val"), {"batches": 20}),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%genaudit", "error: nothing to audit"),
        ("%genaudit gne(8)", "error: there is no 'gne' in this notebook"),
        ("%genaudit --bathces 3 gen(8)", "--batches"),
        ("%%genaudit gen(8)\nx = 1", "hint: %genaudit gen(8) on a line of its own"),
        ("%%genaudit\nfor", "error: In [3]: the cell cannot be read"),
        ("exec('def hidden(): yield 1')\n%genaudit hidden()", "error: the source of 'hidden' is not known"),
    ],
)
def test_what_is_wrong(shell: Any, capsys: pytest.CaptureFixture[str], text: str, told: str) -> None:
    """Two lines, and no traceback."""
    run(shell, "def gen(n):\n    yield from range(n)")

    assert run(shell, text) is None

    err = capsys.readouterr().err
    assert told in err
    assert "Traceback" not in err


def test_a_prompt_that_keeps_no_source() -> None:
    """Says how the function can be found."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("def typed():\n    yield 1", names)

    with pytest.raises(UsageError) as caught:
        api.audit(names["typed"])

    assert "typed" in caught.value.message
    assert caught.value.hint


@pytest.mark.process
def test_a_function_of_the_shell(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its second definition leaks: the line is that of its cell, and the cache is empty when each trial begins."""
    monkeypatch.chdir(tmp_path)
    run(shell, "kept = []\ndef gen(items):\n    for item in items:\n        yield item")
    run(shell, "def gen(items):\n    for item in items:\n        kept.append(str(item) * 100_000)\n        yield item")
    run(shell, "for item in gen(range(10, 20)): pass")

    report = run(shell, "%genaudit --quick --batches 30 --max-batches 30 gen(list(range(100, 200)))")

    assert (report.verdict.value, report.target.spec) == ("fail", "In [3]:gen")
    (place, *_) = [found.location for found in report.findings if found.location]
    assert (place.path, place.line) == ("In [3]", 3)
