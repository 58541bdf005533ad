"""The page of samples: their code is that of today, and what it shows is what each sample says must be found.

That an audit really says so is tested where each is audited.
"""

import re
from pathlib import Path

import pytest

from genaudit.cli.demo_samples import Sample, samples
from tests.expect import marked_lines
from tests.readme import ROOT, documentation

page = documentation("run_samples")
TEXT = (ROOT / "docs" / "samples.md").read_text(encoding="utf-8")
SHOWN = {match["name"]: match["output"] for match in page.SAMPLE.finditer(TEXT)}


def test_every_sample_is_on_the_page_with_its_code() -> None:
    """Once, without docstrings and marks."""
    names = [match["name"] for match in page.SAMPLE.finditer(TEXT)]

    assert sorted(names) == sorted(sample.name for sample in samples())
    assert page.with_samples(TEXT, {}) == TEXT, "run: python docs/run_samples.py --code"
    assert "# finds:" not in TEXT
    assert '"""' not in TEXT


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_what_is_shown_is_what_must_be_found(sample: Sample) -> None:
    """The command of the sample, its verdict, and a line that carries a mark."""
    command, *lines = SHOWN[sample.name].splitlines()
    source = sample.path.read_text(encoding="utf-8")

    assert command == f"$ {' '.join(sample.words)}"
    assert re.match(rf"[✓✗] {sample.verdict.upper()} ", lines[0]), lines[0]
    blamed = {int(line) for line in re.findall(rf"{re.escape(sample.path.name)}:(\d+)", "\n".join(lines))}
    allowed = {line for name in sample.expect for line in marked_lines(source, name)}
    assert blamed <= allowed if sample.expect else not blamed
    assert bool(blamed) == bool(sample.expect)


def test_links_of_the_page_lead_somewhere() -> None:
    """To files of this repository."""
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT):
        assert (Path(ROOT / "docs") / link).exists(), link


def test_code_without_docstrings() -> None:
    """What is left is Python, and does the same."""
    for sample in samples():
        code = page.code_of(sample)
        compile(code, sample.name, "exec")
        assert code.endswith("\n")
        assert "\n\n\n\n" not in code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("✓ PASS  a\n  Note: b\n", "✓ PASS  a\n"),
        ("✓ PASS  a\n  reports/a/report.html\n", "✓ PASS  a\n"),
        (
            "✗ FAIL  a\n\n  x.py:3 in f\n  ❯   y = 1 # finds: z\n\n  Memory ▁\n",
            "✗ FAIL  a\n\n  x.py:3 in f\n  ❯   y = 1\n",
        ),
    ],
)
def test_the_part_of_an_output_that_is_shown(text: str, shown: str) -> None:
    """Up to the picture of memory or the notes."""
    assert page.shown(text) == shown
