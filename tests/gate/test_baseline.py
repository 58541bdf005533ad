"""The baseline's file: readable, sorted, and the same for the same figures."""

import json
from pathlib import Path

import msgspec
import pytest

from genaudit.errors import UsageError
from genaudit.gate.baseline import Baseline, arguments_hash, baseline_bytes, entry_of, read_baseline
from genaudit.model.report import Report
from tests import build_report as made


def entry(report: Report, target: str = "data:gen", **changes: object) -> object:
    one = entry_of(report, target=target, arguments=arguments_hash({"batch_size": 4}), reason="why not")
    return msgspec.structs.replace(one, **changes)


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "genaudit-baseline.json"
    baseline = Baseline().updated([entry(made.clean())])
    path.write_bytes(baseline_bytes(baseline))

    assert read_baseline(path) == baseline
    assert read_baseline(tmp_path / "none.json") is None


def test_the_file_is_sorted_and_rounded() -> None:
    """By target, then environment; sizes are multiples of 64 KiB, so a difference is a difference."""
    baseline = Baseline().updated([entry(made.clean(), "b:b"), entry(made.eager(), "a:a", python="3.9")])
    text = baseline_bytes(baseline).decode()
    fields = json.loads(text)

    assert [one["target"] for one in fields["entries"]] == ["a:a", "b:b"]
    assert text == json.dumps(fields, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    first = fields["entries"][0]["metrics"]["first-batch"]
    assert all(first[end] % 65_536 == 0 for end in ("value", "low", "high"))
    assert first["low"] <= first["value"] <= first["high"]
    assert {"platform", "python", "allocator", "arguments", "reason"} <= set(fields["entries"][0])


def test_updating_keeps_what_others_measured() -> None:
    """Another target's, another platform's; the own entry is replaced."""
    old = Baseline().updated(
        [entry(made.clean()), entry(made.clean(), platform="Darwin arm64"), entry(made.clean(), "other:gen")]
    )
    new = old.updated([entry(made.clean(), reason="better")])

    assert len(new.entries) == 3
    assert sorted(one.reason for one in new.entries) == ["better", "why not", "why not"]


def test_the_nearest_of_other_environments_is_taken() -> None:
    here = entry(made.clean())
    baseline = Baseline().updated(
        [entry(made.clean(), platform="Darwin arm64"), entry(made.clean(), python="3.9"), entry(made.clean(), "x:y")]
    )

    assert baseline.same(here) is None
    nearest = baseline.elsewhere(here)
    assert nearest is not None
    assert (nearest.platform, nearest.python) == (here.platform, "3.9")


def test_arguments_change_the_hash() -> None:
    assert arguments_hash({"a": 1, "b": 2}) == arguments_hash({"b": 2, "a": 1})
    assert arguments_hash({"a": 1}) != arguments_hash({"a": 2})


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        ("{", "bad-baseline"),
        ("[]", "bad-baseline"),
        ('{"version": 1, "entries": [{}]}', "bad-baseline"),
        ('{"version": 99, "entries": 7}', "newer-baseline"),
    ],
)
def test_broken_files(tmp_path: Path, content: str, slug: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(content)

    with pytest.raises(UsageError) as caught:
        read_baseline(path)
    assert caught.value.slug == slug
    assert str(path) in caught.value.message
