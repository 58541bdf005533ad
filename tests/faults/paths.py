"""Paths that cannot be written to, or read as text: told at the start, or said as they are."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from genaudit.cli.support.output import Delivery, check_writable
from genaudit.errors import UsageError
from genaudit.model.codec import decode_report, encode, with_valid_text
from genaudit.render import RENDERERS, render
from tests import build_report
from tests.faults.matrix import Place, faults
from tests.real_run import DRAWN

RESULTS = "data.py-batches"


def _out(name: str) -> Callable[[Path], Delivery]:
    return lambda _: Delivery(out=Path(name))


def _a_folder(name: str) -> Callable[[Path], Delivery]:
    def made(here: Path) -> Delivery:
        (here / "reports" / RESULTS / name).mkdir(parents=True)
        return Delivery()

    return made


def _output(text: str) -> Callable[[Path], Delivery]:
    return lambda _: Delivery(outputs=[("html", Path(text))])


def _dangling(here: Path) -> Delivery:
    (here / "reports").symlink_to("nowhere")
    return Delivery()


def _read_only(here: Path) -> Delivery:
    if not os.geteuid():
        return Delivery(out=Path("/proc/reports"))
    here.chmod(0o500)
    return Delivery()


@faults(
    {
        "the page is a folder": _a_folder("report.html"),
        "the recording is a folder": _a_folder("recording.json"),
        "the picture is a folder": _a_folder("timeline.png"),
        "the index is a folder": _a_folder("../index.html"),
        "--out is a file": _out("file"),
        "--out is below a file": _out("file/a/b"),
        "--out is a link that leads nowhere": _dangling,
        "--out is a device": _out("/dev/null"),
        "--out has a name of 300": _out("a" * 300),
        "--out is a path of 5,000": _out("a/" * 2500),
        "--out cannot be written": _read_only,
        "--output is a folder": _output("folder"),
        "--output is in a file": _output("file/a.html"),
        "--output has a name of 300": _output("a" * 300),
        "--output is below a name of 300": _output("a" * 300 + "/a.html"),
    },
    processes=False,
)
def found_before_anything_is_measured(place: Place, prepare: Callable[[Path], Delivery]) -> None:
    """With the path that is in the way, and nothing is left behind."""
    place.write("file", "")
    (place.folder / "folder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder)
        delivery = prepare(place.folder)
        before = sorted(place.folder.rglob("*"))
        with pytest.raises(UsageError):
            check_writable(delivery, RESULTS)
    assert sorted(place.folder.rglob("*")) == before


@faults(
    {
        "a folder that is not there": _out("a/b/c"),
        "a folder that is": _out("folder"),
        "a file of 200 characters": _output("a" * 200),
        "a folder whose name is no UTF-8": _out(os.fsdecode(b"a\xff")),
        "a device for one format": _output("/dev/null"),
    },
    processes=False,
)
def not_in_the_way(place: Place, prepare: Callable[[Path], Delivery]) -> None:
    """The neighbours are taken, and nothing is made for them."""
    (place.folder / "folder").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place.folder)
        check_writable(prepare(place.folder), RESULTS)
    assert [one.name for one in place.folder.iterdir()] == ["folder"]


@faults([form for form in RENDERERS if form not in {"png", "svg", "html"}], processes=False)
def half_a_character_in(_place: Place, form: str) -> None:
    """What is no text in any encoding is written as Python would write it, in every format."""
    report = build_report.clean()
    half = "d\udcff/\ud83d"
    import msgspec

    target = msgspec.structs.replace(report.target, spec=f"{half}.py:batches", path=half)
    report = with_valid_text(msgspec.structs.replace(report, target=target))

    assert report.target.spec == r"d\xff/\ud83d.py:batches"
    assert decode_report(encode(report), name="report.json") == report
    render(report, form).decode()


@faults(["a text of all languages"], processes=False)
def left_as_it_is(_place: Place, _name: str) -> None:
    """Where all can be written, the very same object comes back."""
    report = build_report.clean()

    assert with_valid_text(report) is report


@faults({"a folder": (b"d\xff", "data.py"), "a file": (b"here", os.fsdecode(b"x\xff.py"))})
def a_target_whose_name_is_no_utf_8(place: Place, case: tuple[bytes, str]) -> None:
    """Audited like any other."""
    folder = Path(os.fsdecode(os.path.join(os.fsencode(place.folder), case[0])))
    folder.mkdir()
    place.target("pass")
    (place.folder / "data.py").rename(folder / case[1])

    report = place.audit(f"{folder / case[1]}:batches")

    assert report.failure is None
    assert report.batches.count == 4
    assert "\\xff" in report.target.spec
    assert json.loads(encode(report))["target"]["spec"] == report.target.spec


@faults(["the current folder, and where reports go"])
def a_folder_whose_name_is_no_utf_8(place: Place, _name: str) -> None:
    """All reports are written, and standard output takes any text."""
    folder = Path(os.fsdecode(os.path.join(os.fsencode(place.folder), b"d\xff")))
    folder.mkdir()
    place.target("pass")
    (place.folder / "data.py").rename(folder / "data.py")

    done = place.run(
        *("run", "data.py:batches", "--quick", "--sizes", "off", "--batches", "4", "--max-batches", "4"),
        *("--out", os.fsdecode(b"o\xff")),
        cwd=folder,
        env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii:strict", **DRAWN},
    )

    assert done.code == 0, done.err
    assert (folder / os.fsdecode(b"o\xff") / RESULTS / "report.html").exists()
