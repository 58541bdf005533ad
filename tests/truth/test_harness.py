"""The harness that judges genaudit tells right from wrong, and the ground truth check can fail."""

import dataclasses
from pathlib import Path

import pytest

from genaudit.model import Location, Outcome, Report, RunVerdict, Verdict
from tests.build_report import outcome, outcomes, report
from tests.expect import marked_lines
from tests.truth import harness
from tests.truth.ground import disagreements

HELPER = harness.CASES / "helpers" / "store.py"


def case(name: str) -> harness.Case:
    """A case by its name."""
    return harness.load(harness.CASES / f"{name}.py")


def marked(path: Path, name: str) -> int:
    """The first line that may be blamed."""
    return min(marked_lines(path.read_text(encoding="utf-8"), name))


def eager(path: Path, line: int, value: float = 65_536.0) -> Outcome:
    """A finding as the rule gives it."""
    place = Location(path=str(path), line=line)
    return outcome("GA101", Verdict.FAIL, value=value, unit="bytes/item", location=place, message="holds every item")


def failed(*found: Outcome) -> Report:
    """A report with these findings."""
    return report(outcomes=outcomes(*found), verdict=RunVerdict.FAIL)


def test_a_line_in_a_named_helper_is_right() -> None:
    """The case's own line and the helper's are both accepted where both are marked."""
    sample = case("eager_helper_module")

    for path in (sample.path, HELPER):
        verdict = harness.check(sample, failed(eager(path, marked(path, "eager-load"))))
        assert (verdict.wrong, verdict.wrong_lines, verdict.lines) == ([], [], 1)


def test_any_other_line_is_told_as_such() -> None:
    """An unmarked line is a wrong line, not a wrong verdict; the same holds for a helper the case does not name."""
    sample = case("eager_helper_module")
    verdict = harness.check(sample, failed(eager(sample.path, 1)))
    assert not verdict.wrong
    assert len(verdict.wrong_lines) == 1

    other = case("eager_np_stack")
    assert harness.check(other, failed(eager(HELPER, marked(HELPER, "eager-load")))).wrong_lines


def test_another_value_is_wrong() -> None:
    """A finding with a value out of tolerance does not count as right."""
    sample = case("eager_np_stack")
    line = marked(sample.path, "eager-load")

    assert harness.check(sample, failed(eager(sample.path, line, value=131_072.0))).wrong


def test_a_false_alarm_and_a_miss_are_wrong() -> None:
    """A finding on a clean case, and none on a faulty one."""
    clean, faulty = case("clean_path_list"), case("eager_np_stack")

    assert harness.check(clean, failed(eager(clean.path, 20))).wrong
    assert harness.check(faulty, report()).wrong
    assert not harness.check(clean, report()).wrong


def test_what_a_case_also_calls_right_is_right() -> None:
    """Two names for one fault: a constructor that loads all may be told as either."""
    sample = case("eager_constructor")
    place = Location(path=str(sample.path), line=marked(sample.path, "eager-init"))
    init = dataclasses.replace(sample, also_right=({"batch-spike": "fail"},))
    found = failed(outcome("GA301", Verdict.FAIL, location=place, message="spikes"))

    assert harness.check(init, found).expect == {"batch-spike": "fail"}
    assert harness.check(sample, found).wrong


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("eager_np_stack", {"eager-load": "fail 32 KiB/item ± 5 %"}),
        ("clean_fixed_weights", {"eager-load": "fail"}),
        ("clean_path_list", {"batch-growth": "fail"}),
        ("clean_mmap_npy", {"unbounded-cache": "fail"}),
        ("growth_cache_by_path", {"epoch-growth": "fail"}),
        ("clean_pool_views", {"batch-spike": "fail"}),
        ("clean_text_lines", {"file-leak": "fail"}),
        ("clean_real_fold_same_name", {"call-growth": "fail"}),
        ("growth_real_fold_atexit", {"call-growth": "fail 4 MiB/call ± 10 %"}),
        ("clean_real_function_lookup", {"eager-load": "fail"}),
    ],
)
@pytest.mark.process
def test_a_case_that_lies_is_found_out(name: str, expect: dict[str, str]) -> None:
    """The measurement that backs the cases says so where a case expects what is not there."""
    lying = dataclasses.replace(case(name), expect=expect, path=case(name).path)
    sentences = [sentence for rule, text in expect.items() for sentence in _checked(lying, rule, text)]

    assert sentences


@pytest.mark.process
def test_files_by_item_are_those_that_a_second_epoch_does_not_add_to() -> None:
    """Readers kept by path level off; a file for each batch, for ever, is another fault; eight at most are none."""
    sizes = (128, 512)
    kept, growing, few = (
        dataclasses.replace(case(name), ground_sizes=sizes)
        for name in ("handles_real_tar_kept_open", "handles_open_files", "clean_real_tar_recent_open")
    )

    assert _checked(kept, "file-leak", "fail") == []
    assert "second epoch" in _checked(growing, "file-leak", "fail")[0]
    assert "more items" in _checked(few, "file-leak", "fail")[0]


@pytest.mark.process
def test_a_call_that_leaves_something_is_not_clean() -> None:
    """A clean case that says how often it may be called is held to it."""
    from tests.truth.ground import _clean

    leaving = dataclasses.replace(case("growth_real_fold_atexit"), ground_calls=8)

    assert "a call leaves" in _clean(leaving)[0]


@pytest.mark.process
def test_a_module_that_loads_is_measured_at_two_sizes() -> None:
    """``ITEMS`` of a copy is changed, and what is held follows it."""
    from tests.truth.ground import measure

    sample = case("eager_real_module_flow_keras")
    held = [measure(sample, items, 1, [0, 1])["settled"][1]["held"] for items in (256, 1024)]

    assert held[1] - held[0] == pytest.approx(768 * 60 * 1024, rel=0.05)


def _checked(sample: harness.Case, rule: str, text: str) -> list[str]:
    from tests.truth.ground import CHECKS

    return CHECKS[rule](sample, text)


@pytest.mark.process
def test_a_faulty_case_cannot_pass_for_clean() -> None:
    """The check of the clean ones finds an eager load, and a leak."""
    from tests.truth.ground import _clean

    assert _clean(case("eager_np_stack"))
    assert _clean(case("growth_one_item"))
    assert disagreements(case("eager_np_stack")) == []
