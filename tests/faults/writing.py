"""Every format escapes for its own reader: nothing of the user's becomes markup, a command or a terminal's signal."""

import contextlib
import io
import json
import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

import genaudit
from genaudit.errors import RecordingError
from genaudit.model import Report
from genaudit.model.codec import encode
from genaudit.model.comparison import Figures
from genaudit.model.outcome import EvidenceKind, Level, Location, Outcome, Verdict
from genaudit.render import COMPARISON_RENDERERS, RENDERERS, render
from genaudit.render.ci.github import github_of
from genaudit.render.ci.junit import junit_of
from genaudit.render.terminal.brief import render_brief
from genaudit.render.terminal.lint import render_concise
from genaudit.render.terminal.lint import render_text as lint_text
from tests.build_report import clean
from tests.comparison.build import comparison
from tests.faults.absurd import code_of
from tests.faults.matrix import Place, faults

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a picture": '<img src=x onerror="alert(1)">',
    "colours": "\x1b[31mred\x1b[0m",
    "a title of the terminal": "\x1b]0;owned\x07",
    "the one-byte form": "\x9b31m\x85\x90",
    "a return to the line's begin": "good\rbad\b\b\b",
    "text turned round": "\u202egpj.exe\u2066x\u2069",
    "half a character": "x\ud800y\udfff",
    "a command of the runner": "x\n::error file=a.py::owned\n##[error]x",
    "a command after a return": "x\r::set-output name=a::b",
    "a cell's end": "a|b`c`[d](javascript:alert(1))\n| x | y |",
    "a fence": "```\n</pre></script>]]>-->",
    "what XML cannot hold": "\x00\x01\ufffe\uffff",
    "line ends of other kinds": "a\u2028b\u2029c\x0bd\x0ce\x1cf",
    "a template": "{{ 7*7 }}{% raw %}\\g<9>%s{0}",
    "one long word": "x" * 1_000_000,
    "a million blanks": " " * 1_000_000,
    "a million lines": "y\n" * 500_000,
    "half a million brackets": "[" * 500_000,
}
STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
TEXTS = [form for form in RENDERERS if form not in ("png", "svg", "html")]


def _report(text: str) -> Report:
    """A report that has the text wherever the user's own may stand."""
    replace = msgspec.structs.replace
    report = clean()
    found = Outcome(
        code="GA101", name="eager-load", verdict=Verdict.FAIL, level=Level.ERROR, evidence=EvidenceKind.MEASURED,
        message=text, fix=text, location=Location(path=text, line=3, function=text),
    )  # fmt: skip
    return replace(
        report,
        command=[text],
        notes=[text],
        outcomes=[found, replace(found, location=None)],
        summary=replace(report.summary, headline=text, cause=text, consequence=text, mend=text),
        target=replace(report.target, spec=text, path=text, qualname=text, arguments={"x": text}, signature=text),
    )


@faults(HOSTILE, processes=False)
def told_in_every_format(_: Place, text: str) -> None:
    """Files of text hold no character that steers, no markup, no command, and have an end."""
    report = _report(text)
    for form in TEXTS:
        content = render(report, form)
        shown = content.decode()
        assert not STEERING.search(shown), form
        assert len(content) < 1_500_000, (form, len(content))
        if form == "markdown":
            assert not re.search(r"<(script|img|/)", shown)
        if form == "github":
            assert all(
                line.startswith(("::error ", "::warning ", "::notice ", "genaudit: ")) for line in shown.splitlines()
            )
        if form == "junit":
            ET.fromstring(shown)
        if form in {"json", "sarif", "gitlab"}:
            json.loads(shown)


@faults(
    {name: HOSTILE[name] for name in ("a script", "a template", "half a character", "a fence", "one long word")},
    processes=False,
)
def told_on_the_page(_: Place, text: str) -> None:
    """The page has no element of the user's."""
    shown = render(_report(text), "html", interactive=False).decode()
    assert "<script>alert" not in shown
    assert "</pre></script>" not in shown
    assert len(shown) < 3_000_000


@faults({name: text for name, text in HOSTILE.items() if len(text) < 1000}, processes=False)
def told_of_a_comparison(_: Place, text: str) -> None:
    """The same of variants side by side."""
    one = comparison()
    variants = [
        msgspec.structs.replace(variant, name=f"{text}{at}", target=text) for at, variant in enumerate(one.variants)
    ]
    hostile = msgspec.structs.replace(one, variants=variants, notes=[text], command=[text])
    for form in ("text", "json"):
        assert form in COMPARISON_RENDERERS
        assert not STEERING.search(render(hostile, form).decode()), form


@faults({name: text for name, text in HOSTILE.items() if len(text) < 1000}, processes=False)
def told_by_lint(_: Place, text: str) -> None:
    """A file's name is the author's; a log shows it."""
    found = Outcome(
        code="GA101", name="eager-load", verdict=Verdict.FAIL, level=Level.ERROR, evidence=EvidenceKind.STATIC,
        message=text, fix=text, location=Location(path=text + ".py", line=3),
    )  # fmt: skip
    for content in (lint_text([found]), render_concise([found]), github_of([found]), junit_of([found])):
        assert not STEERING.search(content.decode("utf-8", "replace"))
    assert len(github_of([found]).splitlines()) == 1
    assert len(lint_text([found]).decode("utf-8", "replace").rstrip("\n").split("\n")) == 2
    assert len(render_concise([found]).decode("utf-8", "replace").rstrip("\n").split("\n")) == 1


@faults(
    {
        "behind blanks": "x\n   ::error::owned",
        "of the older form": "x\n##[error]owned",
        "in the midst of a line": "x ##[add-mask]owned",
        "after a line that is wrapped": "word " * 300 + "::error::owned",
        "one that there is not": "::",
    },
    processes=False,
)
def a_command_to_a_runner(_: Place, text: str) -> None:
    """On a terminal's lines no runner finds one, wherever they are broken."""
    found = Outcome(
        code="GA101", name="eager-load", verdict=Verdict.FAIL, level=Level.ERROR, evidence=EvidenceKind.MEASURED,
        message=text, fix=text, location=Location(path=text, line=3),
    )  # fmt: skip
    pages = [render(_report(text), "text", verbosity=how, width=width) for how in (0, 1, 2) for width in (40, 100)]
    for page in (*pages, render_brief(_report(text), verbosity=2), lint_text([found])):
        assert not re.search(r"(?m)^\s*::|##\[", page.decode())


@faults({name: text for name, text in HOSTILE.items() if len(text) < 1000}, processes=False)
def a_wrong_command_line(_: Place, text: str) -> None:
    """What was typed is told again without what steers, and within bounds."""
    for words in (["run", "data.py:x", f"--{text}"], ["run", "data.py:x", text, text], ["gate", "--timeout", text]):
        told = io.StringIO()
        with contextlib.redirect_stderr(told):
            assert code_of(*words) == 2
        assert not STEERING.search(told.getvalue())
        assert not re.search(r"(?m)^\s*::|##\[", told.getvalue())


@faults(["a long word", "a secret"], processes=False)
def a_wrong_command_line_of_any_text(_: Place, what: str) -> None:
    """It is cut, and a secret is masked."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        assert code_of("run", "data.py:x", "x" * 100_000 if what == "a long word" else "password=hunter2secret") == 2
    assert "hunter2secret" not in told.getvalue()
    assert len(told.getvalue()) < 3000


@faults(["html", "text", "png", "json"], processes=False)
def one_variant_alone(place: Place, form: str) -> None:
    """As Ctrl-C leaves it; the file can be read again."""
    whole = comparison()
    first = msgspec.structs.replace(whole.variants[0], figures=Figures(), problem="was interrupted")
    alone = msgspec.structs.replace(whole, variants=[first], against=[], drives=[])
    saved = place.folder / "comparison.json"
    saved.write_bytes(encode(alone))
    again = genaudit.load(saved)

    assert render(again, form)
    assert "NOT ALL COULD BE MEASURED" in render(again, "text").decode()


@faults({str(code): code for code in (-1, 6, 70, 129, 256, 2**40)}, processes=False)
def an_exit_code_that_no_audit_has(place: Place, code: int) -> None:
    """The file is refused: its command would end with it."""
    for name, result in (("report.json", clean()), ("comparison.json", comparison())):
        path = place.folder / name
        path.write_bytes(encode(msgspec.structs.replace(result, exit_code=code)))
        with pytest.raises(RecordingError, match="exit_code"):
            genaudit.load(path)
