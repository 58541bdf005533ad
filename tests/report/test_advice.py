"""Advice by what walks of references found: a queue without a bound, a view that keeps an array alive."""

import shlex

import msgspec
import pytest

from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.report.advice import advised, check_command
from genaudit.units import MIB
from tests import build
from tests.evidence.retention.made import Step, generator, walk

HELD = 8 * MIB


def advice(line: str, *holders: Step, code: str = "GA203") -> str:
    """What is advised for a line, where a walk found these."""
    outcome = Outcome(
        code=code,
        name="a-rule",
        verdict=Verdict.FAIL,
        level=Level.ERROR,
        message="",
        evidence=EvidenceKind.MEASURED,
        location=Location(path="/project/data.py", line=1, function="read"),
        fix="The rule's own words.",
    )
    mark = walk(generator(*holders, n_bytes=sum(each.node.bytes for each in holders)), at="end", batch=16)
    trial = msgspec.structs.replace(build.trial(64, lambda batch, epoch: 0.0, kind="clean"), retention=[mark])
    made = build.evidence(trial)
    made.recording = msgspec.structs.replace(made.recording, sources={"/project/data.py": line})
    return advised([outcome], made)[0].fix or ""


def views(shown: int) -> Step:
    """A table of views that keep so much alive, and show so much of it."""
    array = Step("entry", "", "ndarray", HELD, detail="48000 float64", count=64, data_bytes=HELD, view_bytes=shown)
    return Step("attribute", "noise", "dict", HELD, array, entries=64)


@pytest.mark.parametrize(
    ("line", "shown", "copies"),
    [
        pytest.param("self.noise[path] = clip[:400]", HELD // 64, True, id="little of each array"),
        pytest.param("self.noise[path] = clip[:40000]", HELD, False, id="all of them together"),
        pytest.param("self.noise[path] = clip[:400]", 0, False, id="no views"),
    ],
)
def test_of_a_view_the_part_is_copied(line: str, shown: int, copies: bool) -> None:
    """A bound on what keeps the views would keep whole arrays as well."""
    assert (".copy()" in advice(line, views(shown))) is copies


@pytest.mark.parametrize(
    ("line", "kind", "bounds"),
    [
        pytest.param("await queue.put(np.load(path))", "Queue", True, id="asyncio"),
        pytest.param("queue.put(batch)", "multiprocessing.queues.JoinableQueue", True, id="processes"),
        pytest.param("store.put(batch)", "shop.data.Store", False, id="a method of that name"),
    ],
)
@pytest.mark.parametrize("code", ["GA101", "GA201"])
def test_a_queue_is_given_a_bound(line: str, kind: str, bounds: bool, code: str) -> None:
    """Whatever fills it then waits: no file has to be mapped, and no batch let go."""
    array = Step("entry", "", "ndarray", HELD, count=56)
    waiting = Step("attribute", "_queue", "deque", HELD, array, entries=56)

    assert ("maxsize" in advice(line, Step("variable", "queue", kind, HELD, waiting), code=code)) is bounds


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("    for x in pool.imap(load, paths, chunksize=4):", "a few items at a time"),
        ("    for x in worker_pool.imap_unordered(load, paths):", "a few items at a time"),
        ("    for x in executor.map(load, paths):", "a few items at a time"),
        ("    x = table.map(load)", "rule's own"),
        ("    table = pq.read_table(path)", "iter_batches"),
        ("    table = pd.read_table(path)", "chunksize"),
    ],
)
def test_the_call_at_the_line_says_what_fits(line: str, words: str) -> None:
    """A pool works ahead of its user; a parquet file is no table of text."""
    assert words in advice(line, code="GA101")


def checked_by(target: str, *options: str, command: str = "run") -> list[str]:
    """The words of the command that checks a change, as a shell reads them."""
    recording = build.recording(
        build.trial(64, lambda batch, epoch: 0.0, kind="clean"), command=["genaudit", command, target, *options]
    )
    request = msgspec.structs.replace(recording.request, target=target)
    return shlex.split(check_command(msgspec.structs.replace(recording, request=request)))


def test_the_command_that_checks_has_every_argument_as_it_was_typed() -> None:
    """However many there are: it is to be pasted."""
    given = ["--arg", "image_paths=glob:my images/*.png", "--arg", f"labels=json:{'a' * 90}", "--arg", "batch_size=32"]

    assert checked_by("ineff:gen", *given, "--quick") == [
        *["genaudit", "compare", "ineff:gen", "ineff_new:gen", "--check-batches"],
        *given,
    ]


def test_only_an_argument_that_nobody_typed_is_left_out() -> None:
    """And it is seen that something is missing."""
    words = checked_by("data:gen", "--arg", f"paths={'x' * 301}", "--arg", "n=3")
    many = checked_by("data:gen", *(word for at in range(9) for word in ("--arg", f"a{at}={'x' * 60}")))

    assert words[-3:] == ["--arg", "n=3", "…"]
    assert many[-1] == "…"
    assert len(shlex.join(many)) < 400
    assert len([word for word in many if word.startswith("a")]) >= 4


def test_what_a_notebook_defines_is_audited_again() -> None:
    """No changed copy of it can be imported."""
    given = ["--arg", "paths=glob:imgs/*.png"]

    assert checked_by("train.ipynb:gen", *given, "--quick") == [
        *["genaudit", "run", "train.ipynb:gen"],
        *given,
        "--quick",
    ]
    assert checked_by("train.ipynb:gen", *given, command="compare") == ["genaudit", "run", "train.ipynb:gen", *given]
