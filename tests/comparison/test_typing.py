"""The public API is typed, as those who use it see it."""

import subprocess
import sys
from pathlib import Path

import pytest

USE = """
from collections.abc import Iterator
from pathlib import Path

import genaudit
from genaudit.pytest_plugin import Auditor


def test_gen(genaudit: Auditor) -> None:
    assert genaudit.run("shop:gen", arguments={"paths": [Path("a")]}, growth="64KiB/batch", batches=50).ok


report = genaudit.audit("shop:gen", arguments={"n": 3}, batches=8, memory_limit="2GiB")
compared = genaudit.compare("shop:a", "shop:b", variant_arguments={"a": {"n": 3}, 2: {"n": 4}}, unordered=True)
verdict: str = report.verdict.value
same: bool | None = compared.same_data
page: str = report._repr_html_() + compared._repr_html_()


def train_gen(n: int) -> Iterator[int]:
    yield n


held = genaudit.audit(train_gen, fail_on="warn", strict=True, budgets={"growth": "64KiB/batch"}, progress=print)
recording: genaudit.Recording = genaudit.record(train_gen, limits=genaudit.Limits(), epochs=None)
saved: Path = held.save("audit.html")
findings: list[genaudit.Outcome] = held.findings
broken: genaudit.Verdict = genaudit.Verdict.FAIL
kept: genaudit.Recording | None = held.recording
held.print(verbose=True)
compared.print()
reveal_type(report)
reveal_type(compared)
reveal_type(report.growth_law)
reveal_type(genaudit.load(Path("report.json")).ok)
"""
WRONG = """
import genaudit

genaudit.audit(3)
genaudit.compare("a:b", batches="many")
genaudit.compare("a:b").same_data.upper()
genaudit.audits("a:b")
genaudit.audit("a:b", batchs=3)
genaudit.record("a:b", fail_on="warn")
"""


def checked(tmp_path: Path, text: str) -> tuple[int, list[str]]:
    """Exit code and lines of mypy."""
    file = tmp_path / "use.py"
    file.write_text(text)
    # A cache of its own would mean to check all of genaudit each time; the repository's is used.
    words = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.slow
def test_what_is_right_passes_and_what_is_wrong_does_not(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    code, said = checked(tmp_path, USE)

    assert code == 0, said
    revealed = [line.partition('"')[2].rstrip('"') for line in said if "Revealed type" in line]
    assert [one.rpartition(".")[2].partition(" |")[0] for one in revealed] == [
        "Report",
        "Comparison",
        "GrowthLaw",
        "bool",
    ]
    code, said = checked(tmp_path, WRONG)
    assert code == 1
    assert [line.rpartition("[")[2].rstrip("]") for line in said if " error: " in line] == [
        "arg-type",
        "arg-type",
        "union-attr",
        "union-attr",
        "attr-defined",
        "call-arg",
        "call-arg",
    ]
