"""A proven fix in every format that shows it."""

import json

import msgspec

from genaudit.model import Report
from genaudit.model.fix import Change, Fix, Unfixed, Verified
from genaudit.render import render
from genaudit.render.ci.replacements import replacements
from genaudit.render.redact import without_source
from genaudit.render.terminal.fix import render_fix
from tests.build_report import eager

DIFF = """\
--- a/sample_generators/inefficient.py
+++ b/sample_generators/inefficient.py
@@ -8,3 +8,2 @@
     \"\"\"Yield batches of decoded images.\"\"\"
-    images = [load(path) for path in image_paths]
     for start in range(0, len(image_paths), batch_size):
@@ -12 +11 @@
-        yield images
\\ No newline at end of file
+        yield <loaded>
\\ No newline at end of file
"""
VERIFIED = Verified(
    batches=26,
    same=True,
    epochs=2,
    bytes_before=196608.0,
    bytes_after=0.0,
    unit="bytes/item",
    seconds_ratio=6.0,
    first_epoch_ratio=0.98,
    epoch_seconds_before=0.1,
    epoch_seconds_after=0.6,
)
PROOF = "the same 26 batches over 2 epochs, byte for byte; 192 KiB an image → 0"


def fixed(**changes: object) -> Report:
    report = eager()
    finding = report.findings[0]
    change = Change(
        code=finding.code,
        name=finding.name,
        message=finding.message,
        location=finding.location,
        rewrite="load-where-used",
        summary="what images held is loaded where it is used",
        verified=VERIFIED,
    )
    left = Unfixed(code="GA301", name="batch-spike", message="needs much", reason="nothing fits", advice="Copy less.")
    values = {
        "diff": DIFF,
        "verified": VERIFIED,
        "paths": ["sample_generators/inefficient.py"],
        "changes": [change],
        "unfixed": [left],
    }
    return msgspec.structs.replace(report, fix=Fix(**{**values, **changes}))


def test_the_terminal_shows_the_proof_the_difference_and_what_is_left() -> None:
    """The difference is what people apply: no line of it is cut."""
    text = render_fix(fixed(), width=60).decode()

    assert " ".join(text.split()).count(PROOF) == 1
    assert "-    images = [load(path) for path in image_paths]\n" in text
    assert "No fix    nothing fits\n" in text
    assert "Advice    Copy less.\n" in text
    assert text.endswith("not written: --write applies this\n")
    assert render_fix(fixed(written=True)).decode().endswith("written: sample_generators/inefficient.py\n")
    assert render_fix(fixed(), is_brief=True).decode() == "1 of 2 findings with a proven fix\n"


def test_a_report_shows_the_proof() -> None:
    """In place of a sketch; the page and the summary have the difference as well."""
    report = fixed()

    assert "Proven: what images held is loaded where it is used" in render(report, "text", width=200).decode()
    markdown = render(report, "markdown").decode()
    assert "**Proven fix**" in markdown
    assert "  -    images = [load(path) for path in image_paths]\n" in markdown
    page = render(report, "html", interactive=False).decode()
    assert PROOF in page
    assert "+        yield &lt;loaded&gt;" in page
    assert json.loads(render(report, "json"))["fix"]["verified"]["bytes_before"] == 196608.0


def test_code_scanning_gets_the_change() -> None:
    """Regions that are replaced, at the finding; none where lines are masked."""
    (result, *_) = json.loads(render(fixed(), "sarif"))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]

    assert change["artifactLocation"]["uri"] == "sample_generators/inefficient.py"
    assert [one["deletedRegion"]["startLine"] for one in change["replacements"]] == [8, 12]
    assert "fixes" not in json.loads(render(fixed(is_masked=True), "sarif"))["runs"][0]["results"][0]


def test_replacements_make_the_new_text() -> None:
    """Of the lines that were there, also of the last one, which has no end."""
    text = "x\n" * 7 + '    """Yield batches of decoded images."""\n    images = [load(path) for path in image_paths]\n'
    text += "    for start in range(0, len(image_paths), batch_size):\nkept\n        yield images"
    lines = text.splitlines(keepends=True)
    for one in reversed(replacements(DIFF)):
        lines[one.first - 1 : one.last - 1] = [one.text]

    assert "".join(lines) == text.replace("    images = [load(path) for path in image_paths]\n", "").replace(
        "yield images", "yield <loaded>"
    )


def test_without_source_there_is_the_proof_alone() -> None:
    """Neither lines nor names of variables."""
    shown = without_source(fixed())

    text = msgspec.json.encode(shown.fix).decode()
    assert "images" not in text.replace("sample_generators", "")
    assert '"batches":26' in text
