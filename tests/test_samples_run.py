"""An audit finds in every sample generator what the sample says, at the line it says, and nothing else."""

import importlib.util
from pathlib import Path

import pytest

import genaudit
from tests.expect import check_report, read_expect
from tests.readme import ROOT

pytestmark = [pytest.mark.process, pytest.mark.slow]

SYNTH = "images:n=400,size=256x256"
BRIEF = {"batches": 12, "max_batches": 24}
"""Enough for every verdict; with as many batches as by default, nine tenths of the time would be decoding of images."""


def require(module: str) -> None:
    """Skip without it; it is for the child to import, not for the process of the tests."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed")


@pytest.fixture(autouse=True)
def in_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples are found, and locations told, from the top of the repository."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    "name",
    ["inefficient", "efficient", "caching", "leaking", pytest.param("augmented", marks=pytest.mark.tensorflow)],
)
def test_a_sample_gets_its_verdict(name: str) -> None:
    """Verdict, value within its tolerance, line, and no other finding."""
    if name == "augmented":
        require("tensorflow")
        require("scipy")
    path = Path("sample_generators") / f"{name}.py"
    expect = read_expect(path.read_text(encoding="utf-8"))

    report = genaudit.audit(f"sample_generators.{name}:{name}_generator", synth=SYNTH, project_items=50_000, **BRIEF)

    assert check_report(report, path, expect) == []
