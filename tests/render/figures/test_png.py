"""The picture: its size, that something is on it, and that two of one report are the same."""

import io
import struct
import subprocess
import sys

import pytest
from PIL import Image

from genaudit.model import Report
from genaudit.render import render
from genaudit.render.figures.static.png import summary_figure
from genaudit.render.safe import printable_report
from tests.build_report import STANDARD, clean, crash, eager, hostile, spike
from tests.golden import printed_elsewhere


@pytest.mark.parametrize(
    ("options", "size"), [({}, (1200, 1080)), ({"width": 800, "height": 720, "dpi": 100}, (800, 720))]
)
def test_size_and_dpi(options: dict[str, int], size: tuple[int, int]) -> None:
    """The picture has the pixels that were asked for, and says how many make an inch."""
    content = render(eager(), "png", **options)
    image = Image.open(io.BytesIO(content))
    at = content.index(b"pHYs") + 4
    per_metre = struct.unpack(">II", content[at : at + 8])

    assert image.size == size
    assert per_metre[0] == pytest.approx(options.get("dpi", 150) / 0.0254, abs=1)


def test_the_picture_reads_no_clock() -> None:
    """There is no date in it."""
    content, drawing = render(spike(), "png"), render(spike(), "svg")

    assert Image.open(io.BytesIO(content)).info.keys() == {"Software", "dpi"}
    assert b"dc:date" not in drawing


def test_the_same_report_gives_the_same_bytes() -> None:
    """In other processes too."""
    code = (
        "import hashlib; from tests.build_report import million; from genaudit.render import render;"
        "print([hashlib.sha256(render(million(), form)).hexdigest() for form in ('png', 'svg')])"
    )

    assert len(printed_elsewhere(code)) == 1


def _said(report: Report) -> str:
    figure = summary_figure(printable_report(report), (8, 7.2))
    import matplotlib.text

    return "\n".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))


def test_the_picture_says_what_is_wrong() -> None:
    """Verdict, what it does, the line to blame, the forecast and the limit are on it."""
    said = _said(eager())

    for part in ("FAIL", "Loads its whole data set", "inefficient.py:9", "images = [np.asarray", "+192 KiB per image"):
        assert part in said
    for part in ("50,000 images:\n9.21 GiB", "runs out at 87,100 images", "limit 16.0 GiB"):
        assert part in said


@pytest.mark.parametrize(
    ("name", "reason"),
    [("unscaled", "no data set among"), ("crash", "did not run to the"), ("unstarted", "the target did not start")],
)
def test_a_missing_panel_says_why(name: str, reason: str) -> None:
    """Where there is nothing to draw, there are words."""
    assert reason in _said(STANDARD[name]()).replace("\n", " ")


def test_a_failed_run_is_marked_where_it_ended() -> None:
    """The end of the curve says what happened."""
    assert "raised in batch 7" in _said(crash())


def test_dollars_are_no_formula() -> None:
    """A path with dollar signs is shown as it is, and does not raise."""
    strange = clean()
    import msgspec

    strange = msgspec.structs.replace(
        strange, target=msgspec.structs.replace(strange.target, spec=r"a$\frac{$b:c", item_noun=r"$x_$")
    )

    assert r"a$\frac{$b:c" in _said(strange)
    assert render(strange, "png")


def test_svg_of_hostile_strings_is_well_formed() -> None:
    """No string of the user's ends an element."""
    import xml.etree.ElementTree as ET

    text = render(hostile(), "svg")
    ET.fromstring(text)

    assert b"<script" not in text


def test_pyplot_is_never_imported() -> None:
    """Drawing leaves the user's backend alone."""
    code = (
        "import sys; from tests.build_report import eager; from genaudit.render import render;"
        "render(eager(), 'png'); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
