"""Sizes of pictures: understood, bounded, and handed to whatever draws one."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from genaudit.cli.report import command
from genaudit.cli.support.picture import picture_of
from genaudit.errors import UsageError
from genaudit.render import render
from tests.build_report import clean
from tests.comparison.build import comparison


@pytest.mark.parametrize(
    ("size", "dpi", "drawn"),
    [
        (None, None, None),
        (None, 300, (2400, 2160, 300)),
        ((1600, 1440), None, (1600, 1440, 200)),
        ((1600, 500), None, (1600, 500, 111)),
        ((800, 720), 144, (800, 720, 144)),
    ],
)
def test_one_follows_from_the_other(
    size: tuple[int, int] | None, dpi: int | None, drawn: tuple[int, int, int] | None
) -> None:
    """A size alone scales the usual picture, a dpi alone too; both are taken as they are."""
    assert tuple(picture_of(size, dpi).values()) == (drawn or ())


@pytest.mark.parametrize(
    ("size", "dpi", "hint"), [((800, 720), 300, "--png-dpi 160 or less"), ((200, 200), None, "--png-size 400x360")]
)
def test_words_must_fit(size: tuple[int, int], dpi: int | None, hint: str) -> None:
    """The hint says what would."""
    with pytest.raises(UsageError) as refused:
        picture_of(size, dpi)

    assert hint in (refused.value.hint or "")


@pytest.mark.parametrize("text", ["1600", "1600x", "x", "-1x5", "1e3x5", "20000x20", "0x0"])
def test_what_is_no_size_is_told(text: str, tmp_path: Path) -> None:
    """With what one looks like."""
    (tmp_path / "report.json").write_bytes(render(clean(), "json"))
    done = CliRunner().invoke(command, [str(tmp_path / "report.json"), f"--png-size={text}"])

    assert done.exit_code == 2
    assert "1600x1440" in done.output or "10,000 pixels" in done.output


@pytest.mark.parametrize("kind", ["report", "comparison"])
def test_every_picture_of_a_command_has_the_size(kind: str, tmp_path: Path) -> None:
    """The one in the folder of the reports, and the one that was asked for beside it."""
    saved, asked = tmp_path / f"{kind}.json", tmp_path / "asked.png"
    saved.write_bytes(render(clean() if kind == "report" else comparison(), "json"))
    words = [str(saved), "--out", str(tmp_path / "out"), "--output", f"png={asked}"]
    CliRunner().invoke(command, [*words, "--png-size", "800x720", "--png-dpi", "100"], catch_exceptions=False)
    (beside,) = (tmp_path / "out").glob("*/*.png")

    for path in (asked, beside):
        assert Image.open(io.BytesIO(path.read_bytes())).size == (800, 720)
