"""What measuring found and what reading suspects become one list of outcomes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import msgspec
import pytest

from genaudit.evidence.evidence import Evidence
from genaudit.lint import target
from genaudit.model import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.report import static_evidence as fusing
from genaudit.report.build import conclude
from genaudit.report.static_evidence import are_made_by_pipeline, fuse
from tests.build import BATCH, at_sizes, recording, trial
from tests.evidence.retention.made import Step, generator, walk

MAIN = "/project/data.py"
EAGER = """
import numpy as np


def generate(keys):
    images = [np.load(key) for key in keys]
    for start in range(0, len(keys), 8):
        yield np.stack(images[start : start + 8])
"""
LAZY = """
import numpy as np


def generate(keys):
    for start in range(0, len(keys), 8):
        yield np.stack([np.load(key) for key in keys[start : start + 8]])
"""


def seen(text: str, more: Mapping[str, str] | None = None) -> Evidence:
    """Evidence whose target is ``generate`` in a file of this text."""
    sources = {MAIN: textwrap.dedent(text), **(more or {})}
    return Evidence(msgspec.structs.replace(recording(*at_sizes(lambda n, b, e: 0)), sources=sources))


def told(code: str, verdict: Verdict, *, line: int | None = None, path: str = "data.py") -> Outcome:
    """A measured outcome."""
    return Outcome(
        code=code,
        name={"GA101": "eager-load", "GA203": "unbounded-cache", "GA201": "batch-growth"}[code],
        verdict=verdict,
        level=Level.ERROR,
        evidence=EvidenceKind.MEASURED,
        message="what was measured",
        value=65536.0,
        location=None if line is None else Location(path=path, line=line, function="generate"),
        fix="keep paths",
    )


@pytest.mark.parametrize("line", [6, 8, None], ids=["the same line", "the same function", "measuring knows no line"])
def test_agreement(line: int | None) -> None:
    """Where both find it, the value is measured, and the lines and the sketch are the static rule's."""
    (one,) = fuse([told("GA101", Verdict.FAIL, line=line)], seen(EAGER))

    assert (one.evidence, one.level, one.value) == (EvidenceKind.BOTH, Level.ERROR, 65536.0)
    assert one.location == Location(path="data.py", line=6, end_line=6, function="generate")
    assert one.fix is not None
    assert one.fix.startswith("# Sketch, adapt it:\nfor start in range(0, len(keys), 8):\n    batch = [np.load(key)")


def test_the_line_that_keeps_it_stays() -> None:
    """Where references lead to a line, reading another one in the same function does not move it there."""
    (one,) = fuse([told("GA101", Verdict.FAIL, line=8)], seen(EAGER), {"GA101"})
    (same,) = fuse([told("GA101", Verdict.FAIL, line=6)], seen(EAGER), {"GA101"})

    assert (one.evidence, one.fix) == (EvidenceKind.BOTH, "keep paths")
    assert one.location == Location(path="data.py", line=8, function="generate")
    assert same.location == Location(path="data.py", line=6, end_line=6, function="generate")


def test_agreement_of_a_kind() -> None:
    """A constructor that reading calls eager-init is what measuring calls eager-load; so is a helper's line."""
    store = "import numpy as np\n\ndef read(keys):\n    return [np.load(key) for key in keys]\n"
    text = """
    from store import read

    class Images:
        def __init__(self, keys):
            self.images = read(keys)
        def __len__(self):
            return len(self.images)
        def __getitem__(self, index):
            return self.images[index]

    def generate(keys):
        return Images(keys)
    """
    measured = told("GA101", Verdict.FAIL, line=4, path="store.py")

    (one,) = fuse([measured], seen(text, {"/project/store.py": store}))

    assert one.code == "GA101"
    assert one.evidence is EvidenceKind.BOTH
    assert one.location is not None
    assert (one.location.path, one.location.line) == ("store.py", 4)


PIPELINE = """
import tensorflow as tf


def generate(keys):
    pipeline = tf.data.Dataset.from_tensor_slices(keys).map(tf.io.read_file).cache()
    more = 1
    return pipeline.batch(8)
"""


@pytest.mark.parametrize(
    ("text", "line", "is_made"),
    [
        (PIPELINE, 6, True),
        (PIPELINE, None, True),
        # Two lines away in the same function, as an own list might be.
        (PIPELINE, 7, False),
        (PIPELINE.replace(".batch(8)", ".batch(8).cache()"), None, False),
        (EAGER, 6, False),
        (LAZY, None, False),
    ],
    ids=["its line", "no line", "another line", "two such calls", "an own list", "nothing in the source"],
)
def test_what_a_pipeline_keeps(text: str, line: int | None, *, is_made: bool) -> None:
    """One call that has it keep what passes, and no other line that measuring blames."""
    assert are_made_by_pipeline([told("GA203", Verdict.FAIL, line=line)], seen(text)) is is_made


def test_measuring_wins() -> None:
    """What reading suspects and measuring acquits is a note that says so."""
    passed, note = fuse([told("GA101", Verdict.PASS)], seen(EAGER))

    assert passed.verdict is Verdict.PASS
    assert (note.code, note.verdict, note.level, note.evidence) == (
        "GA101",
        Verdict.FAIL,
        Level.NOTE,
        EvidenceKind.STATIC,
    )
    assert "what was measured" in note.message


def test_what_could_not_be_measured() -> None:
    """It stays a finding, and is a warning at most: it is not proven."""
    found = fuse([told("GA101", Verdict.NOT_APPLICABLE)], seen(EAGER))

    assert [(one.code, one.level) for one in found if one.is_finding] == [("GA101", Level.WARNING)]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.NOT_APPLICABLE, "(read in the source; not measured by GA101: what was measured)"),
        (Verdict.INCONCLUSIVE, "(read in the source; not decided by GA101: what was measured)"),
        (None, "(read in the source)"),
    ],
)
def test_why_it_could_not_be_measured(verdict: Verdict | None, said: str) -> None:
    """In the words of the rule that measures it; where no rule speaks of it, no reason is made up."""
    measured = [told("GA101", verdict)] if verdict is not None else []
    (one,) = [outcome for outcome in fuse(measured, seen(EAGER)) if outcome.is_finding]

    assert one.message.endswith(said)


ENDLESS = """
import numpy as np


def generate(path):
    images = np.load(path)
    while True:
        for start in range(0, 100, 8):
            yield images[start : start + 8]
"""


@pytest.mark.parametrize(("n_bytes", "verdict"), [(64 * BATCH, Verdict.FAIL), (2 * BATCH, Verdict.NOT_APPLICABLE)])
def test_what_is_read_and_held(n_bytes: int, verdict: Verdict) -> None:
    """Without sizes and without an end: the source says that all is read, and the walk that it is kept."""
    array = Step("variable", "images", "ndarray", n_bytes)
    walked = msgspec.structs.replace(
        trial(None, lambda b, e: 0, kind="walked", batches=1),
        retention=[walk(generator(array, n_bytes=n_bytes, path=MAIN, line=6))],
    )
    recorded = recording(trial(None, lambda b, e: 0, kind="clean", batches=20), walked)
    evidence = Evidence(msgspec.structs.replace(recorded, sources={MAIN: ENDLESS}))

    one = fuse([told("GA101", Verdict.NOT_APPLICABLE)], evidence)[0]

    assert one.verdict is verdict
    if verdict is Verdict.FAIL:
        assert (one.evidence, one.saving_bytes) == (EvidenceKind.BOTH, n_bytes)
        assert one.location == Location(path="data.py", line=6, end_line=6, function="generate")
        assert "64 times a batch" in one.message


def test_other_generators_of_the_file_are_left_out() -> None:
    """Nothing was measured of them."""
    text = LAZY + EAGER.replace("import numpy as np", "").replace("def generate", "def other")

    assert fuse([told("GA101", Verdict.PASS)], seen(text)) == [told("GA101", Verdict.PASS)]


def test_a_fault_that_only_measuring_sees() -> None:
    """It stays as it was measured."""
    measured = told("GA201", Verdict.FAIL, line=7)

    assert fuse([measured], seen(LAZY)) == [measured]


@pytest.mark.parametrize("code", ["GA101", "eager-load"])
@pytest.mark.parametrize("text", [EAGER, EAGER.replace("[np.load(key) for key in keys]", "list(hidden(keys))")])
def test_a_comment_answers_for_what_is_measured(code: str, text: str) -> None:
    """The outcome stays, as a note with the author's reason, whether reading sees the fault or not."""
    lines = text.splitlines()
    lines[5] += f"  # genaudit: ignore[{code}] -- icons"

    (one,) = fuse([told("GA101", Verdict.FAIL, line=6)], seen("\n".join(lines)))

    assert one.level is Level.NOTE
    assert "suppressed: icons" in one.message


def test_a_comment_for_the_file_answers_for_what_has_no_line() -> None:
    """Memory that no line can be blamed for is answered for by ``file-ignore``."""
    text = f"# genaudit: file-ignore[GA201] -- bounded by its caller\n{LAZY}"

    (one,) = fuse([told("GA201", Verdict.FAIL)], seen(text))

    assert one.level is Level.NOTE


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        pytest.param(Verdict.PASS, ["GA903"], id="both looked"),
        pytest.param(Verdict.NOT_APPLICABLE, [], id="measuring could not tell"),
    ],
)
def test_a_comment_without_use(verdict: Verdict, codes: list[str]) -> None:
    """It is told only where both sides could have found what it names."""
    text = LAZY.rstrip() + "  # genaudit: ignore[GA101]\n"

    found = fuse([told("GA101", verdict)], seen(text))

    assert [one.code for one in found if one.is_finding] == codes


def test_a_comment_elsewhere_is_not_judged() -> None:
    """What another generator's comment is good for, this run cannot tell."""
    text = f"{LAZY}\n\ndef other(keys):\n    yield 1  # genaudit: ignore[GA101]\n"

    assert fuse([told("GA101", Verdict.PASS)], seen(text)) == [told("GA101", Verdict.PASS)]


def test_a_comment_of_a_rule_that_only_measuring_has() -> None:
    """Reading cannot use it, so that it is not told to be unused."""
    text = LAZY.rstrip() + "  # genaudit: ignore[GA202]\n"

    assert fuse([told("GA101", Verdict.PASS)], seen(text)) == [told("GA101", Verdict.PASS)]


@pytest.mark.parametrize("text", ["def generate(:\n", "", "x = '\0'\n"])
def test_source_that_cannot_be_read(text: str) -> None:
    """Measuring stands on its own."""
    measured = [told("GA101", Verdict.FAIL, line=1)]

    assert fuse(measured, seen(text)) == measured


def test_a_fault_of_ours_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run keeps what it measured."""

    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(fusing, "read", broken)
    measured = [told("GA101", Verdict.FAIL, line=6)]

    assert fuse(measured, seen(EAGER)) == measured
    assert not are_made_by_pipeline([told("GA203", Verdict.FAIL)], seen(PIPELINE))


def test_what_a_target_leads_to() -> None:
    """Names in the target's expression, and what their bodies name, across the files of the project."""
    texts = {
        MAIN: "import shop\n\ndef make():\n    return shop.Store()\n\ndef other():\n    return Hidden()\n",
        "/project/shop.py": """
import numpy as np

class Store:
    def __init__(self, paths):
        self.data = [np.load(p) for p in paths]
    def __getitem__(self, i):
        return self.data[i]
    def __len__(self):
        return len(self.data)
""",
    }

    by_make = target.read(texts, "make().flow(batch_size=4)", directory="/project")
    by_other = target.read(texts, "other", directory="/project")

    assert [one.outcome.code for one in by_make.suspicions] == ["GA102"]
    assert by_make.suspicions[0].outcome.location is not None
    assert by_make.suspicions[0].outcome.location.path == "shop.py"
    assert by_other.suspicions == []


def test_what_reading_adds_has_its_page() -> None:
    """A report explains every rule that it names."""
    text = "import numpy as np\n\n\ndef generate(path):\n    x = np.load(path)\n    for row in x:\n        yield row\n"

    report = conclude(seen(text).recording)

    (note,) = [one for one in report.outcomes if one.evidence is EvidenceKind.STATIC]
    assert (note.code, note.level) == ("GA103", Level.NOTE)
    assert "GA103" in {info.code for info in report.rules}
