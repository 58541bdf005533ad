"""The decisions of a verified fix, on what a fake runner measured."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from genaudit.fix.engine import Engine, Fixed, Wish
from genaudit.fix.origins import Origins
from genaudit.fix.proof import Pace, Refused, Trialled, early
from genaudit.fix.rewrites.base import Fault, Proposal, Refusal
from genaudit.model import EvidenceKind, Location, Outcome, Report, Verdict
from genaudit.model.comparison import BatchCheck, FirstDifference, SameData
from genaudit.model.fix import Curve
from genaudit.model.series import EPOCH_END, FIRST_BATCH
from tests.build_report import clean, eager, interval, outcome, outcomes

TEXT = "images = load_all()\nother = keep()\n"
SAME = BatchCheck(verdict=SameData.SAME, ordered=True, batches=26, items=None, epochs=2)


class Replacing:
    """Proposes another text for a line."""

    name = "replacing"

    def __init__(self, old: str, new: str, *, codes: tuple[str, ...] = ("GA101",)) -> None:
        self._old, self._new = old, new
        self.codes = frozenset(codes)

    def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
        if self._old not in text:
            return Refusal(reason=f"{self._old} is not there", is_near=True)
        return Proposal(text=text.replace(self._old, self._new), summary=f"{self._new} in place of {self._old}")


TAKEN = Replacing("load_all()", "paths()")


class Fake:
    """Says of each changed text what a test wants."""

    def __init__(self, answer: Callable[[str], Trialled]) -> None:
        self._answer = answer
        self.texts: list[str] = []

    def changed(
        self, contents: Mapping[Path, bytes], finding: Outcome, before: Report, summary: str, origins: Origins
    ) -> Trialled:
        text = next(iter(contents.values())).decode()
        self.texts.append(text)
        tried = self._answer(text)
        refused = early(finding, before, tried.report, None, origins)
        return tried if refused is None else msgspec.structs.replace(tried, refused=refused)

    def covered(self, text: str) -> str:
        return text.replace("s3cret", "******")


def fault(code: str, line: int, *, value: float = 196608.0, unit: str = "bytes/item") -> Outcome:
    place = Location(path="data.py", line=line, function="gen")
    return outcome(code, Verdict.FAIL, message=f"{code} is bad", value=value, unit=unit, location=place)


def found(*findings: Outcome) -> Report:
    passed = [answer for answer in outcomes() if answer.code not in {finding.code for finding in findings}]
    return eager(outcomes=[*passed, *findings], holders=[])


def gone(**changes: object) -> Trialled:
    passed = outcome("GA101", value=12.0, unit="bytes/item", noise=interval(12.0, 3.0))
    report = msgspec.structs.replace(clean(), outcomes=outcomes(passed))
    return Trialled(**{"report": report, "batches": SAME, **changes})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text(TEXT)
    return tmp_path


def fixed(answer: Callable[[str], Trialled], *findings: Outcome, **wish: object) -> Fixed:
    rewrites = (TAKEN,)
    report = found(*(findings or (fault("GA101", 1),)))
    return Engine(Fake(answer), report, Wish(**{"rewrites": rewrites, **wish}), time.time() + 1).run()


def test_what_is_proven_is_shown(folder: Path) -> None:
    """With what was measured before and after; what the noise hides is nothing."""
    done = fixed(lambda _: gone(pace=Pace(ratio=1.05, first_ratio=1.0, before_s=1.0, after_s=1.05)))

    assert done.fix.reason is None
    assert done.fix.diff is not None
    assert "-images = load_all()\n+images = paths()\n" in done.fix.diff
    verified = done.fix.verified
    assert verified is not None
    assert (verified.batches, verified.epochs, verified.same) == (26, 2, True)
    assert (verified.bytes_before, verified.bytes_after, verified.seconds_ratio) == (196608.0, 0.0, 1.05)
    assert (folder / "data.py").read_text() == TEXT
    assert done.after == {(folder / "data.py").resolve(): TEXT.replace("load_all()", "paths()").encode()}


@pytest.mark.parametrize("at", [FIRST_BATCH, EPOCH_END])
@pytest.mark.parametrize("measured", [[FIRST_BATCH], [FIRST_BATCH, EPOCH_END], [EPOCH_END], []])
def test_both_curves_are_of_one_moment(folder: Path, at: str, measured: list[str]) -> None:
    """That of the original's law; what an epoch leaves cannot be drawn beside what the first batch leaves."""
    law = found().growth_law
    assert law is not None
    report = msgspec.structs.replace(found(fault("GA101", 1)), growth_law=msgspec.structs.replace(law, at=at))
    curves = [Curve(at=moment, sizes=[8, 16], retained_bytes=[len(moment), 0]) for moment in measured]
    engine = Engine(Fake(lambda _: gone(curves=curves)), report, Wish(rewrites=(TAKEN,)), time.time() + 1)

    fix = engine.run().fix

    assert fix.changes
    if at not in measured:
        assert (fix.before, fix.after) == (None, None)
        return
    assert fix.before == Curve(at=at, sizes=law.sizes, retained_bytes=law.retained_bytes)
    assert fix.after == Curve(at=at, sizes=[8, 16], retained_bytes=[len(at), 0])


DIFFERENT = BatchCheck(
    verdict=SameData.DIFFERENT,
    ordered=True,
    batches=3,
    items=None,
    epochs=0,
    first=FirstDifference(batch=3, epoch=1, what="values", place="batch[0]", base="1", other="2"),
)
REFUSALS = {
    "other batches": (
        gone(batches=DIFFERENT),
        "change what is yielded: values in batch 3, batch[0]: 1 before, 2 after",
    ),
    "another type": (
        gone(batches=msgspec.structs.replace(SAME, notes=["the batch is a ndarray in original and a memmap in fixed"])),
        "change the type of what is yielded",
    ),
    "not reproducible": (
        gone(batches=msgspec.structs.replace(SAME, verdict=SameData.UNKNOWN, reason="it yields other data each time")),
        "whether batches stay the same cannot be said: it yields other data each time",
    ),
    "not compared": (gone(batches=None), "whether batches stay the same cannot be said: they were not compared"),
    "no whole epoch": (gone(batches=msgspec.structs.replace(SAME, epochs=0)), "no whole epoch can be compared"),
    "no batch": (gone(batches=msgspec.structs.replace(SAME, batches=0)), "there was no batch to compare"),
    "the fault stays": (gone(report=found(fault("GA101", 9))), "the fault is still there with it at data.py:9"),
    "another fault": (gone(report=found(fault("GA301", 9))), "would bring another fault: GA301"),
    "not settled": (
        gone(report=eager(outcomes=outcomes(outcome("GA101", Verdict.INCONCLUSIVE, message="too noisy")))),
        "whether the fault is gone with it is not settled: too noisy",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.usefixtures("folder")
def test_what_is_not_proven_is_not_offered(case: str) -> None:
    """The reason is named, and the advice is kept."""
    tried, reason = REFUSALS[case]

    done = fixed(lambda _: tried)

    assert (done.fix.diff, done.fix.verified, done.after) == (None, None, {})
    (left,) = done.fix.unfixed
    assert reason in left.reason
    assert done.fix.reason == left.reason


def test_a_target_that_fails_when_it_is_changed_is_refused() -> None:
    """By its own audit."""
    refused = early(
        fault("GA101", 1), found(fault("GA101", 1)), clean(), "Raised KeyError in batch 3", Origins({}, {}, Path())
    )

    assert refused == Refused(reason="with it, the target raised KeyError in batch 3")


@pytest.mark.usefixtures("folder")
def test_one_finding_is_fixed_and_all_with_the_option() -> None:
    """The rest is named; two on one line are fixed one after the other."""
    both = (fault("GA101", 1), fault("GA201", 1, unit="bytes/batch"))
    rewrites = (Replacing("load_all()", "paths()"), Replacing("keep()", "drop()", codes=("GA201",)))

    def answer(text: str) -> Trialled:
        return gone() if "drop" in text else gone(report=found(both[1]))

    one = fixed(answer, *both, rewrites=rewrites).fix
    everything = fixed(answer, *both, rewrites=rewrites, everything=True).fix

    assert [change.code for change in one.changes] == ["GA101"]
    assert [(left.code, "--all" in left.reason) for left in one.unfixed] == [("GA201", True)]
    assert [change.code for change in everything.changes] == ["GA101", "GA201"]
    assert everything.unfixed == []
    assert everything.diff is not None
    assert everything.diff.count("\n+") == 3


@pytest.mark.usefixtures("folder")
def test_one_of_two_of_a_code_that_cannot_be_fixed_does_not_hide_the_other() -> None:
    """Two lines that were only read; the first is left, and named as it is, while lines above it move."""
    first, second = (msgspec.structs.replace(fault("GA101", line), evidence=EvidenceKind.STATIC) for line in (1, 2))

    class AtItsLine(Replacing):
        def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
            if "load_all" in text.splitlines()[fault.line - 1]:
                return Refusal(reason="it is needed", is_near=True)
            return Proposal(text="import more\n" + text.replace("keep()", "drop()"), summary="dropped")

    moved = msgspec.structs.replace(first, location=Location(path="data.py", line=2, function="gen"))
    for everything in (False, True):
        rewrites = (AtItsLine("keep()", "drop()", codes=("GA101",)),)
        done = fixed(lambda _: gone(report=found(moved)), first, second, rewrites=rewrites, everything=everything).fix

        assert [change.location and change.location.line for change in done.changes] == [2]
        assert [left.reason for left in done.unfixed] == ["replacing: it is needed"]


@pytest.mark.usefixtures("folder")
def test_what_does_a_part_is_a_step_to_the_rest() -> None:
    """Two lists of one fault: neither change is a fix by itself."""
    rewrites = (Replacing("load_all()", "paths()"), Replacing("keep()", "drop()"))

    def answer(text: str) -> Trialled:
        if "drop" in text and "paths" in text:
            return gone()
        return gone(report=found(fault("GA101", 2, value=98304.0)))

    done = Engine(Fake(answer), found(fault("GA101", 1)), Wish(rewrites=rewrites), time.time() + 1).run()

    assert done.fix.diff is not None
    assert "+images = paths()\n+other = drop()\n" in done.fix.diff
    assert [change.code for change in done.fix.changes] == ["GA101"]


@pytest.mark.usefixtures("folder")
def test_the_reason_of_what_was_run_stays_where_no_line_is_left_to_blame() -> None:
    """A change that does a part, and then nobody knows where the rest is."""
    left = msgspec.structs.replace(fault("GA101", 2, value=9.0), location=None)

    done = fixed(lambda _: gone(report=msgspec.structs.replace(found(left), target=clean().target)))

    assert "the fault is still there with it" in done.fix.unfixed[0].reason


def unfit(tmp_path: Path) -> dict[str, tuple[bytes, str]]:
    return {
        "it does not parse": (b"def broken(:\n", "the file does not parse: line 1"),
        "mixed line endings": (b"images = load_all()\r\nother = keep()\n", "its lines end in different ways"),
        "undecodable": (b"# \xff\nimages = load_all()\n", "cannot be decoded"),
    }


@pytest.mark.parametrize("case", ["it does not parse", "mixed line endings", "undecodable"])
def test_a_file_that_cannot_be_written_again_is_refused(folder: Path, case: str) -> None:
    """With its reason, and without running anything."""
    content, reason = unfit(folder)[case]
    (folder / "data.py").write_bytes(content)

    done = fixed(lambda _: pytest.fail("nothing is to be run"))

    assert reason in done.fix.unfixed[0].reason


def test_a_file_that_changed_while_it_was_measured_is_refused(folder: Path) -> None:
    """What was measured is not what would be changed."""
    later = time.time() + 60
    os.utime(folder / "data.py", (later, later))

    done = fixed(lambda _: gone())

    assert "changed while it was measured" in done.fix.unfixed[0].reason


@pytest.mark.usefixtures("folder")
def test_a_file_that_is_not_writable_is_refused_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --write only: what is shown needs no right."""
    # As for others than root, who may write everywhere.
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)

    refused = fixed(lambda _: pytest.fail("nothing is to be run"), writes=True)

    assert "chmod u+w" in refused.fix.unfixed[0].reason
    assert fixed(lambda _: gone()).fix.changes


@pytest.mark.usefixtures("folder")
def test_nothing_fits_and_what_nearly_fits_says_why() -> None:
    """The reason of a rewrite of that kind comes before the one that says nothing."""
    nothing = fixed(lambda _: gone(), rewrites=())
    near = fixed(lambda _: gone(), rewrites=(Replacing("load_some()", "paths()"),))

    assert "no rewrite of genaudit's fits" in nothing.fix.unfixed[0].reason
    assert near.fix.unfixed[0].reason == "replacing: load_some() is not there"


def test_secrets_are_masked_and_lines_around_left_out_for_them(folder: Path) -> None:
    """A patch that has a masked line could not be applied."""
    (folder / "data.py").write_text('KEY = "s3cret"\n\n\n' + TEXT)
    beside = fixed(lambda _: gone(), fault("GA101", 4)).fix
    (folder / "data.py").write_text(TEXT.replace("load_all()", 'load_all(), "s3cret"'))
    inside = fixed(lambda _: gone()).fix

    assert beside.diff is not None
    assert (beside.is_masked, "KEY" in beside.diff) == (False, False)
    assert inside.diff is not None
    assert (inside.is_masked, "s3cret" in inside.diff) == (True, False)


def test_a_file_of_windows_keeps_its_bytes(folder: Path) -> None:
    """Byte order mark, line endings and tabs."""
    content = b"\xef\xbb\xbfif 1:\r\n\timages = load_all()\r\n"
    (folder / "data.py").write_bytes(content)

    done = fixed(lambda _: gone(), fault("GA101", 2))

    assert list(done.after.values()) == [content.replace(b"load_all()", b"paths()")]


def test_the_line_to_blame_is_not_always_the_one_to_change(folder: Path) -> None:
    """Where nothing fits, other lines of the file are asked about, the nearest first; not for what was only read."""
    (folder / "data.py").write_text("\n".join(["other = keep()", *(f"x{at} = {at}" for at in range(300)), TEXT]))
    asked: list[int] = []

    class AtItsLine(Replacing):
        def propose(self, text: str, fault: Fault) -> Proposal | Refusal:
            asked.append(fault.line)
            if "load_all" not in text.splitlines()[fault.line - 1]:
                return Refusal(reason="nothing is loaded there")
            return super().propose(text, fault)

    rewrites = (AtItsLine("load_all()", "paths()"),)
    measured = fixed(lambda _: gone(), fault("GA101", 290), rewrites=rewrites).fix
    n_asked = len(asked)
    read = msgspec.structs.replace(fault("GA101", 290), evidence=EvidenceKind.STATIC)
    static = fixed(lambda _: gone(), read, rewrites=rewrites).fix

    assert [change.summary for change in measured.changes] == ["paths() in place of load_all()"]
    assert (asked[:3], n_asked) == ([290, 289, 291], 80)
    assert static.changes == []


@pytest.mark.parametrize("filled", ["images += [load(p) for p in paths]", "images.extend(map(load, paths))"])
def test_a_list_may_be_filled_in_other_ways(folder: Path, filled: str) -> None:
    """Each is an append to the rewrites."""
    pytest.importorskip("libcst")
    from genaudit.fix.rewrites.load_where_used import LoadWhereUsed

    text = f"def gen(paths):\n    images = []\n    {filled}\n    for image in images:\n        yield image\n"
    (folder / "data.py").write_text(text, encoding="utf-8")

    def loads(changed: str) -> Trialled:
        assert "images" not in changed
        return gone()

    done = fixed(loads, fault("GA101", 3), rewrites=[LoadWhereUsed()])

    assert done.fix.verified is not None
    assert "for image in (load(" in done.after[folder / "data.py"].decode()
