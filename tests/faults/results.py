"""Where results go and what is said of it: files of the user's own, source that is shown, messages, no home."""

import os
import shutil
import subprocess
import sys

import msgspec
import pytest

from genaudit import pipeline
from genaudit.cli.folder import kept, listed, own_files
from genaudit.config.file import find
from genaudit.errors import LONGEST, UsageError
from genaudit.evidence.project import Project
from genaudit.model.codec import encode
from genaudit.model.job import Job
from genaudit.model.recording import Recording
from genaudit.render import render
from genaudit.render.redact import recording_without_source
from genaudit.report import recorded_sources
from genaudit.report.build import conclude
from tests.build_report import clean, eager
from tests.faults.matrix import Place, faults

LEAK = """
import json

KEPT = []


def load():
    return bytearray(300_000)


def gen():
    for i in range(100):
        KEPT.append(load())
        yield b"1"


def zebra_other():
    return "zebra"
"""


@faults(sorted({"index.html", *own_files.OF_A_RUN}), processes=False)
def a_file_of_the_users(place: Place, name: str) -> None:
    """Under one of our names it is left alone; one of ours, an empty one, and a second name are replaced."""
    path = place.write(name, "my own")
    assert not own_files.write_own(path, b"new")
    assert path.read_text() == "my own"

    path.write_bytes(b"<<<<" + own_files.MARKS[path.suffix] + b">>>>")
    assert own_files.write_own(path, b"new")
    assert path.read_text() == "new"

    os.link(path, place.folder / "second")
    assert own_files.write_own(path, b"newer")
    assert (place.folder / "second").read_text() == "new"
    path.write_text("")
    assert own_files.write_own(path, b"newest")


@faults(["html", "png", "json"], processes=False)
def a_file_of_ours(place: Place, form: str) -> None:
    """Is known again, whatever wrote it."""
    path = place.write(own_files.REPORT_FILES[form], "")
    path.write_bytes(render(eager(), form))
    assert own_files.is_ours(path)
    page = place.write("index.html", "")
    page.write_bytes(listed.index(place.folder))
    assert own_files.is_ours(page)


@faults(["notes.txt", "report.html", "timeline.png", "data.npy", ".hidden"], processes=False)
def beside_an_earlier_run(place: Place, name: str) -> None:
    """What the user put there is neither moved nor deleted, however many runs follow."""
    folder = place.folder / "target"
    first = folder / "earlier" / "2026-01-01T00-00-00-00-00"
    first.mkdir(parents=True)
    (first / name).write_text("mine")
    (first / "report.json").write_bytes(render(msgspec.structs.replace(clean(), created_at="2026-01-01"), "json"))
    (folder / name).write_text("mine")
    for day in range(2, 2 + kept.KEPT + 3):
        made = msgspec.structs.replace(clean(), created_at=f"2026-01-{day:02}T00:00:00+00:00")
        kept.keep_earlier(folder, made)
        (folder / "report.json").write_bytes(render(made, "json"))

    assert (folder / name).read_text() == (first / name).read_text() == "mine"
    assert [path.name for path in first.iterdir()] == [name]


@faults({"the page": ".", "the folder": "site"})
def out_beside_a_page_of_the_users(place: Place, out: str) -> None:
    """The command line leaves it alone and says so; all else is written."""
    page = place.write(f"{out}/index.html", "my site")
    words = ("--quick", "--sizes", "off", "--batches", "3", "--max-batches", "3", "--out", out)
    done = place.run("run", place.target("pass"), *words, env={"GENAUDIT_WRITE": "html,json"})

    assert done.code == 0, done.err
    assert page.read_text() == "my site"
    assert done.err.count("index.html is not genaudit's") == 1
    assert list((place.folder / out).glob("*/report.html"))


def _recorded(place: Place, text: str, **options: object) -> tuple[Recording, Recording]:
    """What is kept of a run, and the same with whole files."""
    place.write("made.py", text)
    job = Job(target="made.py:gen", sizes="off", batches=20, max_batches=20, **options)  # type: ignore[arg-type]
    whole: dict[str, str] = {}
    extracted = recorded_sources.extracted

    def watched(recording: Recording, texts: dict[str, str], lines: dict[str, set[int]]) -> dict[str, str]:
        whole.update(texts)
        return extracted(recording, texts, lines)

    with place._entered(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorded_sources, "extracted", watched)
        kept = pipeline.record(job)
    return kept, msgspec.structs.replace(kept, sources=whole)


@faults(
    {
        "a leak": LEAK,
        "one that raises": LEAK.replace("yield b", "yield 1 / (9 - i); yield b"),
        "a global that is filled elsewhere": LEAK.replace("KEPT.append(load())", "keep(load())")
        + "\n\ndef keep(one):\n    KEPT.append(one)\n",
        "nothing": LEAK.replace("KEPT.append(load())", "load()"),
    }
)
def source_that_is_kept(place: Place, text: str) -> None:
    """Of functions that the report shows; it is concluded from them as from whole files."""
    kept, whole = _recorded(place, text)
    (source,) = kept.sources.values()

    assert "zebra" not in encode(kept).decode()
    assert source.count("\n") == text.count("\n")
    assert "def load" in source
    assert conclude(kept).outcomes == conclude(whole).outcomes
    assert conclude(kept).sites == conclude(whole).sites


@faults(["a leak"])
def no_source_at_all(place: Place, _: str) -> None:
    """Neither lines nor names of variables are in a recording without source, which can be concluded."""
    kept, _whole = _recorded(place, LEAK.replace("KEPT", "ZEBRA_7"))
    bare = recording_without_source(kept)

    assert b"ZEBRA_7" in encode(kept)
    assert b"ZEBRA_7" not in encode(bare)
    assert bare.sources == {}
    assert conclude(bare).verdict is conclude(kept).verdict
    assert Project(bare).line_text("made.py", 1) is None


@faults({"short": 10, "of the longest": LONGEST, "longer": LONGEST + 1, "of 10 MB": 10_000_000}, processes=False)
def a_message(_: Place, length: int) -> None:
    """Has an end, at which what is wrong is still said."""
    error = UsageError("a" + "b" * (length - 2) + "c", slug="x", hint="d" * length)

    assert len(error.message) == min(length, LONGEST)
    assert error.message[0] + error.message[-1] == "ac"
    assert len(error.hint) == min(length, LONGEST)


@faults(
    {
        "of --args-from": ["made.py:gen", "--args-from", "t:" + "a." * 30_000 + "b"],
        "of a target": ["made.py:" + "g" * 100_000],
        "of a file": ["g" * 100_000 + ".py:gen"],
    }
)
def a_long_name(place: Place, words: list[str]) -> None:
    """Is told in a few lines."""
    place.write("made.py", LEAK)
    done = place.run("run", *words, "--quick", "--sizes", "off", "--batches", "3")

    assert done.code in {2, 3}
    assert len(done.out + done.err) < 16_000


@faults({"of 7 TiB": "(1000000000000,)", "below zero": "(-5,)"})
def an_array_of_absurd_size(place: Place, shape: str) -> None:
    """The argument and its file are named."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    (place.folder / "big.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    place.write("made.py", LEAK.replace("gen()", "gen(data)"))
    with pytest.raises(UsageError, match=r"data=npy:.*big\.npy"), place._entered():
        pipeline.record(
            Job(target="made.py:gen", sizes="off", batches=3, max_batches=3, arguments=["data=npy:big.npy"])
        )


def _without_home(place: Place, *words: str) -> "subprocess.CompletedProcess[str]":
    code = (
        "import os, pwd, sys\nos.environ.pop('HOME', None)\n"
        "def nobody(_): raise KeyError('uid not found')\n"
        "pwd.getpwuid = nobody\nfrom genaudit.cli.main import main\nmain(sys.argv[1:])"
    )
    environment = {name: value for name, value in place.environment().items() if name not in {"HOME", "XDG_CACHE_HOME"}}
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=place.folder, env=environment, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


@faults(
    {
        "run": (["run", "data.py:batches", "--quick", "--sizes", "off", "--batches", "3"], 0),
        "a target below one": (["run", "~nobody-at-all/data.py:batches"], 2),
        "doctor": (["doctor"], 0),
        "gate": (["gate"], 5),
    }
)
def a_user_without_a_home(place: Place, case: tuple[list[str], int]) -> None:
    """As in many containers: all works that needs none."""
    place.target("pass")
    done = _without_home(place, *case[0])

    assert done.returncode == case[1], done.stderr
    shutil.rmtree(place.folder / "reports", ignore_errors=True)


@faults(
    {
        "a pyproject.toml that is no TOML": ("pyproject.toml", b"[[[["),
        "a pyproject.toml that is no text": ("pyproject.toml", b"[[[[\xff"),
        "a pyproject.toml that names genaudit elsewhere": ("pyproject.toml", b"x = [genaudit\xff"),
        "a setup.cfg without sections": ("setup.cfg", b"x\xff\n"),
        "a setup.cfg for others": ("setup.cfg", b"[metadata]\n[metadata]\n"),
    },
    processes=False,
)
def a_broken_file_that_is_not_for_genaudit(place: Place, case: tuple[str, bytes]) -> None:
    """Is not ours to complain about, here or above."""
    name, content = case
    (place.folder / name).write_bytes(content)
    (place.folder / "below").mkdir()

    assert find(place.folder) is None
    assert find(place.folder / "below") is None


@faults(
    {
        "TOML": ("pyproject.toml", b"[tool.genaudit]\nx = [[["),
        "text": ("pyproject.toml", b"[tool.genaudit]\n# \xff"),
        "a cfg": ("setup.cfg", b"[genaudit]\nbatches = 3\n\xff"),
    },
    processes=False,
)
def a_broken_file_that_is_for_genaudit(place: Place, case: tuple[str, bytes]) -> None:
    """Is found, so that its error is told."""
    name, content = case
    (place.folder / name).write_bytes(content)

    assert find(place.folder) == place.folder / name
