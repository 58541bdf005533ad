"""Which tests run beside each other: tables of names, which must be names of tests."""

import re

import pytest

from tests.conftest import ANY_PYTHON, FIRST, LAST, ROOT, SPREAD, TOGETHER, group_of, rank


@pytest.mark.parametrize("beginning", sorted({*ANY_PYTHON, *FIRST, LAST, *SPREAD, *TOGETHER}))
def test_a_beginning_is_that_of_a_test(beginning: str) -> None:
    """One that is no longer there would be without effect, and nobody would notice."""
    file, _, name = beginning.partition("::")
    files = [path for path in ROOT.rglob("test_*.py") if path.relative_to(ROOT).as_posix().startswith(file)]

    assert files
    function = re.escape(name.partition("[")[0])
    assert any(re.search(rf"^def {function}", path.read_text(encoding="utf-8"), re.M) for path in files)


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/model/test_outcome.py::test_a[1]", "model/test_outcome.py"),
        ("tests/render/html/test_html.py::test_a", "render"),
        ("tests/comparison/test_browser.py::test_a", "render"),
        ("tests/render/test_gaps.py::test_a[one]", "tests/render/test_gaps.py::test_a[one]"),
        (
            "tests/faults/test_faults.py::test_a_fault[names: one]",
            "tests/faults/test_faults.py::test_a_fault[names: one]",
        ),
        ("tests/faults/test_faults.py::test_a_fault[memory: one]", "shared-memory"),
        ("tests/recorder/child/test_drivers.py::test_torch[one]", "frameworks"),
        ("tests/recorder/child/test_drivers.py::test_lists", "recorder/child/test_drivers.py"),
    ],
)
def test_the_group_of_a_test(nodeid: str, group: str) -> None:
    """The first beginning that fits; else its file; else, where its file is spread, none but itself."""
    assert group_of(nodeid) == group


def test_what_one_worker_must_do_is_begun_first() -> None:
    """And what others can do while one has the frameworks, last."""
    names = (
        *("truth/test_truth.py::test_a", "recorder/child/test_drivers.py::test_torch"),
        *("model/test_outcome.py::test_a", "render/test_json.py::test_a"),
    )

    assert [rank(f"tests/{name}") for name in names] == [3, 2, 1, 0]
