"""genaudit is right about every case, and every case is right about itself.

The cases under ``cases`` state their own truth. First they are held to it without genaudit: they run, their marks fit,
and the kernel's figures agree. Then genaudit is held to them. A part runs always; all of them with ``-m slow``.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.truth import harness
from tests.truth.ground import disagreements
from tests.truth.smoke import SIZES

FAST = {
    "args_array",
    "clean_large_cycles",
    "clean_lru_class",
    "clean_mmap_npy",
    "clean_path_list",
    "clean_shuffle_buffer",
    "eager_constructor",
    "eager_helper_module",
    "eager_pillow_images",
    "growth_cache_by_path",
    "growth_eager_and_leaking",
    "growth_epoch_end",
    "growth_one_item",
    "handles_raw_descriptors",
    "spike_float64_of_uint8",
}
"""Cases of every kind that are quick to decide."""

EVERYWHERE = {
    "args_array",
    "clean_lru_class",
    "clean_path_list",
    "eager_constructor",
    "growth_epoch_end",
    "handles_raw_descriptors",
    "spike_float64_of_uint8",
}
"""Those of them that are no slow tests, so that there is one of each kind under every Python."""

ALL = [pytest.param(path, id=path.stem) for path in harness.paths()]
QUICK = [
    pytest.param(path, id=path.stem, marks=[] if path.stem in EVERYWHERE else [pytest.mark.slow])
    for path in harness.paths()
    if path.stem in FAST
]
OTHERS = [pytest.param(path, id=path.stem) for path in harness.paths() if path.stem not in FAST]


@pytest.fixture
def in_full(request: pytest.FixtureRequest) -> None:
    """Skips unless slow tests are asked for by name: the whole set takes long."""
    if "slow" not in request.config.getoption("markexpr"):
        pytest.skip("the whole truth set runs with -m slow, and in benchmarks/accuracy.py")


def case_at(path: Path) -> harness.Case:
    """The case, where all that it needs is installed."""
    absent = harness.missing(path)
    if absent:
        pytest.skip(f"needs {', '.join(absent)}")
    return harness.load(path)


def test_the_set_is_large_and_fair() -> None:
    """At least 80 cases, a third of them clean, every group there, no name in the fast part that does not exist."""
    names = [path.stem for path in harness.paths()]
    clean = [name for name in names if name.startswith("clean_")]

    assert len(names) >= 80
    assert len(clean) * 3 >= len(names)
    assert {name.split("_")[0] for name in names} == set(harness.GROUPS)
    assert set(names) >= FAST > EVERYWHERE
    assert len(harness.paths()) == len(list(harness.CASES.glob("*.py"))), "a case belongs to no known group"


def test_shapes_of_real_projects_are_a_set_of_their_own() -> None:
    """At least 60 that ``--only '*_real_*'`` scores alone, a third of them clean, none in the fast part."""
    names = [path.stem for path in harness.paths("*_real_*")]
    clean = [name for name in names if name.startswith("clean_")]

    assert len(names) >= 60
    assert len(clean) * 3 >= len(names)
    assert FAST.isdisjoint(names)


@pytest.mark.parametrize("path", ALL)
def test_a_case_is_well_formed(path: Path) -> None:
    """It says what it does in one sentence; its expectations are of rules that exist, and marked at lines."""
    text = path.read_text(encoding="utf-8")
    case = case_at(path)

    assert (ast.get_docstring(ast.parse(text)) or "").endswith(".")
    assert all(source.is_file() for source in case.sources)
    assert harness.slips(case) == []


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.process
def test_every_case_yields_batches() -> None:
    """With the smallest data sets too, and without genaudit."""
    command = [sys.executable, "-m", "tests.truth.smoke"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=harness.ROOT)
    batches = json.loads(done.stdout)

    failed = {name: found for name, found in batches.items() if not isinstance(found, dict)}
    assert failed == {}
    assert [name for name, found in batches.items() if any(found[str(items)] < 1 for items in SIZES)] == []
    assert len(batches) >= 80


@pytest.mark.process
@pytest.mark.parametrize("path", QUICK)
def test_the_kernel_agrees(path: Path) -> None:
    """What the case says of itself holds in a plain measurement that knows nothing of genaudit."""
    assert disagreements(case_at(path)) == []


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("path", OTHERS)
def test_the_kernel_agrees_in_full(path: Path, in_full: None) -> None:
    """The same for all other cases."""
    assert disagreements(case_at(path)) == []


@pytest.mark.process
@pytest.mark.parametrize("path", QUICK)
def test_genaudit_is_right(path: Path) -> None:
    """The verdicts, the values, the lines: all as the case says."""
    case = case_at(path)
    verdict = harness.check(case, harness.audit(case))

    assert verdict.wrong == []
    assert verdict.wrong_lines == []


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.process
@pytest.mark.parametrize("path", OTHERS)
def test_genaudit_is_right_in_full(path: Path, in_full: None) -> None:
    """The same for all other cases."""
    case = case_at(path)
    verdict = harness.check(case, harness.audit(case))

    assert verdict.wrong == []
    assert verdict.wrong_lines == []
