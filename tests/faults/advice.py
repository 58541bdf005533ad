"""Advice that is pasted loses no data, and a verdict says what it does not cover."""

import ast
import contextlib
import copy
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from genaudit.comparison.build import _exit_code
from genaudit.lint import lint_source
from genaudit.lint.fix.snippets import bounded, mapped, per_batch, per_item
from genaudit.model import Report
from genaudit.model.advice import sketched, with_check
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, RunVerdict, Verdict
from genaudit.model.report import BATCHES_ONLY
from genaudit.render import RENDERERS, render
from genaudit.render.ci.markdown import render_markdown
from genaudit.render.figures.palette import VERDICT_COLOURS
from genaudit.render.figures.static.png import summary_figure
from genaudit.render.html.index import render_index
from genaudit.render.terminal.brief import render_brief
from genaudit.render.text.comparison import news
from genaudit.render.text.report import blamed_line
from genaudit.report.advice import advised, check_command
from genaudit.report.scope import untested
from genaudit.report.verdict import exit_code
from tests import build_report as made
from tests.command_lines import FENCE
from tests.faults.matrix import Place, faults

CHECK = "genaudit compare data:flow data_new:flow --check-batches"
CODE = "for start in range(0, len(paths), size):\n    yield [load(path) for path in paths[start:start + size]]"
DIFFERENCE = "-images = [load(path) for path in paths]\n+for path in paths:\n+    images = [load(path)]"
TEXT = [name for name in RENDERERS if name not in {"png", "svg", "html", "json", "sarif"}]
_SIGNED = re.compile(
    r"^\s*[-+](?:\s{0,8}[A-Za-z_@(][\w.]*\s*[=(:\[]|\s*(?:for|while|yield|return|def|with|import)\b)", re.M
)


# --- sketches do what the source does -----------------------------------------------------------------------------

GENERATORS = {
    "slices in a loop": "images = [load(p) for p in paths]\n"
    "    for s in range(0, len(images), size):\n        yield images[s:s + size], labels[s:s + size]",
    "epochs without end": "images = [load(p) for p in paths]\n    for epoch in range(3):\n"
    "        for s in range(0, len(images), size):\n            stop = s + size\n"
    "            yield list(images[s:stop])",
    "an index": "images = [load(p) for p in paths]\n    for i in range(len(images)):\n"
    "        yield images[i], labels[i]",
    "a loop over the list": "images = [load(p) for p in paths]\n    for image in images:\n        yield image * 2",
    "appended in a loop": "images = []\n    for p in paths:\n        images.append(load(p))\n"
    "    for s in range(0, len(images), size):\n        yield images[s:s + size]",
    "chosen by an order": "images = [load(p) for p in paths]\n    order = list(range(len(paths)))[::-1]\n"
    "    for s in range(0, len(paths), size):\n        yield [images[i] for i in order[s:s + size]]",
    "the name batch is taken": "images = [load(p) for p in paths]\n    for batch in range(0, len(images), size):\n"
    "        yield images[batch:batch + size], batch",
    "a parameter in the reading": "images = [load(p) + size for p in paths]\n"
    "    for s in range(0, len(images), size):\n        yield images[s:s + size]",
    "used twice": "images = [load(p) for p in paths]\n    for s in range(0, len(images), size):\n"
    "        yield images[s:s + size], len(images[s:s + size])",
}


def _source(body: str) -> str:
    return f"def flow(paths, labels, size):\n    {body}\n"


@faults(GENERATORS, processes=False)
def sketch_of_a_generator(_place: Place, body: str) -> None:
    """What comes of it yields the same, and no list of all items is left."""
    function = ast.parse(_source(body)).body[0]
    found = per_batch(_gathering(function), function)

    assert found is not None
    assert found.whole != ast.unparse(function)
    given = list(range(10, 21)), list(range(11)), 4
    assert _run(found.whole, "flow")(*given) == _run(_source(body), "flow")(*given)
    assert not _SIGNED.search(found.shown)


DATA_SETS = {
    "paths as they were given": ("self.images = [load(p) for p in paths]", "return self.images[i]"),
    "paths kept already": (
        "self.paths = paths\n        self.images = [load(p) for p in paths]",
        "return self.images[i]",
    ),
    "appended": (
        "self.paths = paths\n        self.images = []\n        for p in self.paths:\n"
        "            self.images.append(load(p))",
        "image = self.images[i]\n        return image + 1",
    ),
}


@faults(DATA_SETS, processes=False)
def sketch_of_a_data_set(_place: Place, bodies: tuple[str, str]) -> None:
    """An item is one item, read when it is asked for."""
    text = f"class Set:\n    def __init__(self, paths):\n        {bodies[0]}\n"
    text += (
        f"    def __len__(self):\n        return len(self.images)\n    def __getitem__(self, i):\n        {bodies[1]}\n"
    )
    owner = ast.parse(text).body[0]
    found = per_item(_gathering(owner), owner)

    assert found is not None
    before, after = (_run(one, "Set")([5, 6, 7]) for one in (text, found.whole))
    assert [before[i] for i in range(3)] == [after[i] for i in range(3)]
    assert len(before) == len(after)
    assert not hasattr(after, "images")


UNKNOWN = {
    "shuffled": "images = [load(p) for p in paths]\n    shuffle(images)\n    yield images[0:2]",
    "handed on": "images = [load(p) for p in paths]\n    yield from split(images)",
    "the paths are reordered later": "images = [load(p) for p in paths]\n    paths.reverse()\n    yield images[0:2]",
    "a filter": "images = [load(p) for p in paths if p]\n    yield images[0:2]",
    "no name to go over": "images = [load(p) for p in sorted(paths)]\n    yield images[0:2]",
    "two at once": "images = [load(p, q) for p, q in zip(paths, labels)]\n    yield images[0:2]",
    "written to": "images = [load(p) for p in paths]\n    images[0] = 1\n    yield images[0:2]",
    "under a condition": "if size:\n        images = [load(p) for p in paths]\n    yield images[0:2]",
    "what it is made of changes": "images = [load(p, size) for p in paths]\n    size = 3\n    yield images[0:size]",
    "made one array and indexed": "images = np.stack([load(p) for p in paths])\n    yield images[labels]",
    "an iterator": "names = iter(paths)\n    images = [load(p) for p in names]\n    yield images[0:2]",
}


@faults(UNKNOWN, processes=False)
def no_sketch(_place: Place, body: str) -> None:
    """Of a shape that is not known there are words only."""
    function = ast.parse(_source(body)).body[0]

    assert per_batch(_gathering(function), function) is None


def _gathering(tree: ast.AST) -> ast.AST:
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "attr", "") == "append"]
    return next(iter([*calls, *(one for one in ast.walk(tree) if isinstance(one, ast.ListComp))]))


def _run(text: str, name: str) -> Callable[..., Any]:
    space: dict[str, Any] = {"load": lambda path: path * 100}
    exec(text, space)
    made_: Callable[..., Any] = space[name]
    return (lambda *given: list(made_(*copy.deepcopy(given)))) if name == "flow" else made_


@faults(
    {
        "a map says what it gives": (mapped, "x = np.load(path)", "memmap"),
        "a cache keeps the names": (bounded, "@functools.cache\ndef decode(name): return 1", "def decode(name)"),
        "a module by another name": (bounded, "@ft.cache\ndef decode(name):\n    return name", "@ft.lru_cache("),
    },
    processes=False,
)  # fmt: skip
def sketch_of_a_line(_place: Place, case: tuple[Callable[..., str | None], str, str]) -> None:
    """It is code, in the user's names."""
    make, text, part = case
    tree = ast.parse(text)
    first = tree.body[0]
    node = first.value if isinstance(first, ast.Assign) else first.decorator_list[0]  # type: ignore[attr-defined]
    shown = make(node, tree)

    assert shown is not None
    assert part in shown
    ast.parse(shown)
    assert not _SIGNED.search(shown)


# --- advice fits the library --------------------------------------------------------------------------------------


@faults(
    {
        "tf.data": ("GA203", "ds = ds.map(f).cache()", "tf-dataset", ".cache(filename)"),
        "tf.data by its kind": ("GA203", "", "tf-dataset", ".cache(filename)"),
        "a cache in Python below tf.data": ("GA203", "seen[i] = x", "tf-dataset", "the rule's own words"),
        "nibabel": ("GA203", "x = image.get_fdata()", "generator", "dataobj"),
        "cycle": ("GA203", "for x in itertools.cycle(ds):", "generator", "loop"),
        "csv": ("GA101", "rows = csv.DictReader(file)", "generator", "row"),
        "pandas": ("GA101", "frame = pd.read_csv(path)", "generator", "chunksize"),
        "np.load": ("GA101", "x = np.load(path)", "generator", "memmap"),
        "h5py": ("GA101", "x = h5py.File(path)['x'][:]", "generator", "slice"),
        "video": ("GA101", "cap = cv2.VideoCapture(path)", "generator", "frames"),
        "sound": ("GA101", "x, rate = soundfile.read(path)", "generator", "start="),
        "a data set of items": ("GA101", "self.x = make()", "torch-dataset", "__getitem__"),
        "a spike in a data set of items": ("GA301", "x = a / 255", "torch-dataset", "the item in place"),
        "a spike in batches": ("GA301", "x = a / 255", "generator", "the rule's own words"),
    },
    processes=False,
)
def fitting_words(_place: Place, case: tuple[str, str, str, str]) -> None:
    """Words for the library at the line to blame; never a cache of functions for what is none."""
    code, line, kind, part = case
    outcome = _finding("the rule's own words", code=code)
    recording = SimpleNamespace(
        request=SimpleNamespace(target="data:flow", command=[]),
        sources={"/w/data.py": line},
        working_directory="/w",
        trials=[SimpleNamespace(arguments=None, retention=[])],
    )
    trial_set = SimpleNamespace(driver=SimpleNamespace(kind=kind))
    evidence: Any = SimpleNamespace(recording=recording, trial_set=trial_set, batch_items=8)
    (said,) = advised([outcome], evidence)

    assert said.fix is not None
    assert part in said.fix
    assert "lru_cache" not in said.fix
    assert "np.empty" not in said.fix
    assert said.fix.endswith(f"Check it: {CHECK}")


@faults(
    {
        "arguments": ("data:flow", ["--args-from", "data:args", "--items", "40"], "--args-from data:args --items 40"),
        "what it shares with no comparison": ("data:flow", ["--native", "--lines"], "--check-batches"),
        "a secret": ("data:flow", ["--arg", "api_key=abc123"], "--check-batches …"),
        "a long list": ("data:flow", ["--arg", f"paths={'x' * 500}"], "--check-batches …"),
        "a file": ("a/data.py:Loader(8).flow", [], "--check-batches"),
    },
    processes=False,
)  # fmt: skip
def command_that_checks(_place: Place, case: tuple[str, list[str], str]) -> None:
    """The user's own, with the arguments of the run where they fit on a line and are no secret."""
    target, options, end = case
    recording: Any = SimpleNamespace(
        request=SimpleNamespace(target=target, command=["genaudit", "run", target, *options]), trials=[]
    )
    command = check_command(recording)

    assert command.startswith("genaudit compare ")
    assert command.endswith(end)
    assert "abc123" not in command
    assert len(shlex.split(command)) >= 5


def _finding(fix: str, code: str = "GA101") -> Outcome:
    return Outcome(
        code=code,
        name="eager-load",
        verdict=Verdict.FAIL,
        level=Level.ERROR,
        evidence=EvidenceKind.MEASURED,
        message="holds it all",
        location=Location(path="data.py", line=1),
        fix=fix,
    )


# --- every format -------------------------------------------------------------------------------------------------


def _said(report: Report, form: str) -> str:
    if form == "brief":
        return render_brief(report).decode()
    if form == "summary":
        return render_markdown(report).decode()
    if form == "index":
        return render_index([("a/report.html", report)]).decode()
    options = {"width": 120} if form == "text" else {"interactive": False} if form == "html" else {}
    return render(report, form, **options).decode().replace("%0A", "\n")


ADVISING = ["text", "html", "json", "junit", "sarif", "github", "summary"]


@faults(ADVISING, processes=False)
def a_sketch_in(_place: Place, form: str) -> None:
    """With its label, and with the command that checks it; no sign of a difference."""
    report = _with_fix(with_check(sketched(CODE), CHECK))
    text = _said(report, form)

    assert "Sketch, adapt it" in text
    assert CHECK in text
    assert not _SIGNED.search(text.replace("\\n", "\n") if form in {"json", "sarif"} else _visible(text))


@faults([*ADVISING[:2], *ADVISING[3:]], processes=False)
def an_old_difference_in(_place: Place, form: str) -> None:
    """Of a report of an earlier version: pasted, it loses data, so it is not shown."""
    text = _visible(_said(_with_fix(DIFFERENCE), form))

    assert not _SIGNED.search(text)
    assert "images = [load(path)]" not in text


def _visible(text: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)


def _with_fix(fix: str) -> Report:
    report = made.eager()
    outcomes = [msgspec.structs.replace(one, fix=fix) if one.fix else one for one in report.outcomes]
    return msgspec.structs.replace(report, outcomes=outcomes)


def _partial() -> Report:
    return made.report(tested=BATCHES_ONLY, untested="growth with the data set. To test it: genaudit run data:flow --x")


@faults(["text", "html", "junit", "sarif", "github", "gitlab", "summary", "brief", "index"], processes=False)
def batches_only_in(_place: Place, form: str) -> None:
    """The verdict says so, and how to test the rest."""
    text = _said(_partial(), form)

    assert "PASS (batches only)" in text
    assert form == "index" or "genaudit run data:flow --x" in text
    assert "PASS (batches only)" not in _said(made.clean(), form)


@faults(
    ["quiet", "amber", "picture", "annotation", "repr", "not green on the page", "tile", "old report", "json"],
    processes=False,
)
def batches_only(_place: Place, case: str) -> None:
    """One property of the report decides, and colours follow it."""
    report = _partial()
    if case == "quiet":
        (line,) = render(report, "text", verbosity=0, width=60, colour=True).decode().splitlines()
        assert "✓ PASS (batches only)" in line
        # The command is to be copied: it is not cut at the width.
        assert "To test it: genaudit run data:flow --x" in line
        assert "\x1b[1;33m; not tested" in line
    elif case == "amber":
        assert b"\x1b[1;33m" in render(report, "text", colour=True).splitlines()[0]
    elif case == "picture":
        word = next(text for text in summary_figure(report, (8, 7)).texts if "PASS (batches only)" in text.get_text())
        assert word.get_color() == VERDICT_COLOURS[RunVerdict.WARN]
        assert any("genaudit run data:flow --x" in text.get_text() for text in summary_figure(report, (8, 7)).texts)
    elif case == "annotation":
        assert _said(report, "github").startswith("::warning ")
        assert "| ⚠ PASS (batches only) |" in _said(report, "summary")
    elif case == "repr":
        assert "PASS (batches only)" in repr(report)
        assert len(repr(report)) < 500
    elif case == "not green on the page":
        assert re.search(r'<body[^>]*class="[^"]*\bwarn\b', _said(report, "html"))
    elif case == "tile":
        text = _said(msgspec.structs.replace(report, growth_law=None), "html")
        assert re.search(r'class="tile warn"', text)
    elif case == "old report":
        assert made.unscaled().tested is None
        assert made.unscaled().label == "PASS (batches only)"
    else:
        assert '"tested": "batches only"' in re.sub(r'":"', '": "', _said(report, "json"))
        assert report.verdict.value == "pass"


@faults(
    {
        "sizes off": ("data:flow", {"sizes": "off"}, None, "genaudit run data:flow (without --sizes off)"),
        "one size only": (
            "data:flow",
            {},
            {"dataset_parameter": "paths", "dataset_items": 40},
            "genaudit run data:flow --sizes 10,20,40",
        ),
        "a list that may be it": (
            "data:flow",
            {},
            {"arguments": {"names": "list of 40 strings", "size": "8"}},
            "genaudit run data:flow --dataset names",
        ),
        "literal arguments": (
            "data:flow(8)",
            {},
            {"arguments": {"n": "8"}},
            "genaudit run data:flow --args-from FILE:FN",
        ),
        "an object of the module": ("data:loader", {}, {"signature": None}, "genaudit run data:FUNCTION --args-from"),
        "no parameter": ("data:flow", {}, {}, "once flow has a parameter for its data"),
        "all was tested": ("data:flow", {"law": True}, {}, None),
    },
    processes=False,
)
def how_to_test_the_rest(_place: Place, case: tuple[str, dict[str, Any], dict[str, Any] | None, str | None]) -> None:
    """With the user's own target, and its parameter where one could be the data set."""
    target, run, mark, part = case
    unseen = {"kind": "function", "dataset_parameter": None, "dataset_items": None, "signature": "()", "arguments": {}}
    seen = {**unseen, "could_be": None, **(mark or {})}
    request = SimpleNamespace(target=target, command=["genaudit", "run", target], sizes=run.get("sizes", "auto"))
    evidence: Any = SimpleNamespace(
        recording=SimpleNamespace(request=request),
        arguments=SimpleNamespace(**seen),
        first_law=run.get("law"),
        account=None,
        is_of_parts=False,
    )
    said = untested(evidence, RunVerdict.PASS)

    if part is None:
        assert said is None
        return
    assert said is not None
    assert said.startswith("growth with the data set. To test it: genaudit run ")
    assert part in said


@faults({"strict": (True, 4), "not strict": (False, 0)}, processes=False)
def exit_code_of_batches_only(_place: Place, case: tuple[bool, int]) -> None:
    """4 with --strict."""
    strict, code = case
    assert exit_code([], None, fail_on="error", exit_zero=False, strict=strict, tested=BATCHES_ONLY) == code


@faults({"of a test": "call", "of its set-up": "setup"}, processes=False)
def word_of_pytest(_place: Place, when: str) -> None:
    """With -v it stands beside the test, in yellow; set-up has no audit."""
    from genaudit.pytest_plugin import _Results

    config: Any = None
    row = {"verdict": "pass", "label": "PASS (batches only)"}
    report: Any = SimpleNamespace(when=when, passed=True, user_properties=[("genaudit", json.dumps(row))])
    said = _Results(config).pytest_report_teststatus(report)

    assert said == (("passed", ".", ("PASS (batches only)", {"yellow": True})) if when == "call" else None)


@faults(
    {
        "the new one leaks": (made.clean, made.leak, "WORSE: new keeps 1.50 MiB a batch that old did not", 1),
        "both leak": (made.leak, made.leak, "BOTH FAIL: new keeps 1.50 MiB a batch, and so does old", 1),
        "the old one was not judged": (
            lambda: made.report(outcomes=[]),
            made.leak,
            "FAIL: new keeps 1.50 MiB a batch; whether old does is not known",
            1,
        ),
        "the new one is mended": (made.leak, made.clean, "COMPARED", 0),
    },
    processes=False,
)
def comparison_of(_place: Place, case: tuple[Callable[[], Report], Callable[[], Report], str, int]) -> None:
    """A fault of the new variant is the headline, and the exit code."""
    from tests.comparison.build import comparison

    before, after, said, code = case
    built = comparison()
    variants = [
        msgspec.structs.replace(one, name=name, report=report())
        for one, name, report in zip(built.variants, ("old", "new"), (before, after), strict=False)
    ]
    against = [msgspec.structs.replace(built.against[0], batches=None, differences=[])]
    found = msgspec.structs.replace(built, variants=variants, against=against)
    runners: Any = [SimpleNamespace(report=one.report, is_measurable=True, reason="") for one in variants]

    assert news(found)[0].text.startswith(said)
    assert render(found, "text").decode().splitlines()[0].partition(" ")[2].startswith(said[:40])
    assert _exit_code(runners, {}, strict=False, interrupted=False) == code


# --- lint ---------------------------------------------------------------------------------------------------------


@faults(
    {
        "a map is another type": "import numpy as np\nx = np.load('x.npy')\ndef g():\n    for i in range(9):\n"
        "        yield np.array(x[i])\n",
        "typed by position": "import functools, cv2\n@functools.lru_cache(None, True)\ndef f(p):\n"
        "    return cv2.imread(p)\n",
        "a drawn result": "import functools, cv2, random\n@functools.lru_cache(None)\ndef f(p):\n"
        "    return cv2.imread(p) * random.random()\n",
        "an error that is handled": "import cv2\ndef g(paths):\n    try:\n"
        "        for x in [cv2.imread(p) for p in paths]:\n            yield x\n    except OSError:\n        pass\n",
        "a list that is counted": "import cv2\ndef g(paths):\n    images = [cv2.imread(p) for p in paths]\n"
        "    for x in images:\n        yield x, len(images)\n",
        "a list of the module": "import cv2\nimages = [cv2.imread(p) for p in 'ab']\nfor x in images:\n    print(x)\n",
        "a name of the class": "import numpy as np\nfrom PIL import Image\nclass D:\n"
        "    x = np.array(Image.open('a'))\n"
        "    def __getitem__(self, i):\n        return self.x\n",
    },
    processes=False,
)  # fmt: skip
def left_by_fix(_place: Place, text: str) -> None:
    """What would change a value, a type or a name is left as it is."""
    mended = _mended(text)

    assert mended in (None, text)


@faults({"a module by another name": ("ft.cache", "ft.lru_cache(maxsize=8)")}, processes=False)
def done_by_fix(_place: Place, case: tuple[str, str]) -> None:
    """The name that the user's module has is the one that is written."""
    before, after = case
    text = "import functools as ft\nimport cv2\n@{}\ndef f(p):\n    return cv2.imread(p)\n"

    assert _mended(text.format(before)) in (None, text.format(after))


def _mended(text: str) -> str | None:
    """The text with what is certain; ``None`` where the tool for that is not installed."""
    with contextlib.suppress(ImportError):
        import libcst  # noqa: F401

        from genaudit.fix.certain import fix_text

        every = {code: set(range(1, 20)) for code in ("GA101", "GA103", "GA203", "GA502")}
        return fix_text(text, every, 8)[0]
    return None


@faults(["cv2.imread(p)", "np.load(p)", "Image.open(p)"], processes=False)
def advice_of_lint(_place: Place, reader: str) -> None:
    """Words, and the command that checks what is made of them."""
    head = "import cv2\nimport numpy as np\nfrom PIL import Image\n"
    body = f"    images = [np.array({reader}) for p in paths]\n    for i in images:\n        yield i\n"
    text = f"{head}def flow(paths):\n{body}"
    found = [one for one in lint_source(text, "data.py") if one.code == "GA101"]

    assert found
    assert found[0].fix is not None
    assert "in place of images" in found[0].fix
    assert found[0].fix.endswith("Check it: genaudit compare data.py:flow data_new.py:flow --check-batches")


# --- pages --------------------------------------------------------------------------------------------------------

_ROOT = Path(__file__).parents[2]


@faults({path.name: path for path in [_ROOT / "README.md", *sorted((_ROOT / "docs").rglob("*.md"))]}, processes=False)
def page(_place: Place, path: Path) -> None:
    """No page shows code as a difference but that which genaudit fix has proven, or which somebody's commit is."""
    text = re.sub(
        r"<!-- script: \S+\.patch -->.*?<!-- end of script -->", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    fences = [block["text"] for block in FENCE.finditer(text) if block["language"] not in {"yaml", "toml"}]

    sketches = [text for text in fences if not text.startswith("$ genaudit fix ")]
    assert [line for text in sketches for line in text.splitlines() if _SIGNED.match(line)] == []


# --- the command line and real runs -------------------------------------------------------------------------------


@faults({"one place": "{'a': 1}.b", "in a helper": "helper()"})
def failure_before_findings(place: Place, statement: str) -> None:
    """What was raised, its line and its frames; not the line of something else that was found."""
    path = place.target(f"if i == 3: {statement}")
    module = Path(place.folder, "data.py")
    module.write_text(module.read_text() + "\ndef helper():\n    raise KeyError('gone')\n")
    report = place.audit(path)
    blame = blamed_line(report)

    assert report.verdict.value == "error"
    assert report.failure is not None
    assert report.failure.location is not None
    assert blame is not None
    assert (blame.path, blame.line) == (report.failure.location.path, report.failure.location.line)
    assert blame.place in render(report, "text").decode()


@faults({"sizes off": {"sizes": "off"}, "nothing to scale": {"sizes": "auto"}})
def real_pass(place: Place, options: dict[str, Any]) -> None:
    """Green is for what was tested."""
    report = place.audit(place.target("pass"), **options)

    assert report.label == "PASS (batches only)"
    assert report.untested is not None
    assert "genaudit run data.py:" in report.untested or "genaudit run data:" in report.untested
