"""Made data sets: asked for in a text, written once, repaired when broken."""

import concurrent.futures
import json
import marshal
import multiprocessing
import os
from pathlib import Path

import pytest
from PIL import Image, features

from genaudit.errors import TargetError, UsageError
from genaudit.recorder.synth.dataset import make_synth, parse_synth
from genaudit.recorder.synth.images import Images

SMALL = Images(n=6, width=32, height=24, classes=2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("images", Images()),
        ("images:", Images()),
        ("images:n=400,size=256x256,format=jpeg,classes=4", Images()),
        ("images:size=320x240", Images(width=320, height=240)),
        ("images:size=64, n=10", Images(n=10, width=64, height=64)),
        ("images:format=JPG", Images(format="jpeg")),
        ("images:format=png,", Images(format="png")),
        ("images:n=1", Images(n=1, classes=1)),
        ("images:n=4,classes=4", Images(n=4)),
        ("images:size=1x8192", Images(width=1, height=8192)),
    ],
)
def test_texts(text: str, expected: Images) -> None:
    """Every option may be left out."""
    assert parse_synth(text) == expected


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("n=400", "no kind of data is named", "images:n=400"),
        ("sounds:n=4", "no kind of data 'sounds'", "images:"),
        ("images:m=4", "no option 'm'", "n, size, format, layout, mode, classes"),
        ("images:sizes=4", "no option 'sizes'", "did you mean size?"),
        ("images:n", "n has no value", ""),
        ("images:n=", "n has no value", ""),
        ("images:n=0", "n=0", ""),
        ("images:n=-1", "n=-1", ""),
        ("images:n=1e3", "n=1e3", ""),
        ("images:n=10000001", "from 1 to 10000000", ""),
        ("images:n=4,n=5", "given twice", ""),
        ("images:size=4,size=5", "given twice", ""),
        ("images:size=ax4", "size=a", ""),
        ("images:size=4x", "size=", ""),
        ("images:size=8193", "from 1 to 8192", ""),
        ("images:format=jepg", "no format 'jepg'", "did you mean jpeg?"),
        ("images:format=tga", "no format 'tga'", "jpeg, png, bmp, webp"),
        ("images:n=3,classes=4", "4 classes", ""),
    ],
)
def test_wrong_texts(text: str, said: str, hint: str) -> None:
    """Strict: nothing is guessed."""
    with pytest.raises(UsageError) as caught:
        parse_synth(text)

    assert said in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.slug == "bad-synth"


@pytest.mark.parametrize("image_format", ["jpeg", "png", "bmp", "webp"])
def test_images_are_whole(image_format: str, tmp_path: Path) -> None:
    """Every file is an image of the size and the format asked for, in its class's folder."""
    if image_format == "webp" and not features.check("webp"):
        pytest.skip("this Pillow has no WebP")
    made = make_synth(Images(n=5, width=32, height=24, classes=2, format=image_format), cache=tmp_path)

    assert (made["n"], made["classes"], made["size"], made["note"]) == (5, 2, [24, 32], "")
    assert made["labels"] == [0, 0, 0, 1, 1]
    for file, label in zip(made["files"], made["labels"], strict=True):
        with Image.open(file) as image:
            image.load()
            assert (image.size, image.format) == ((32, 24), image_format.upper())
        assert Path(file).parent == Path(made["directory"]) / f"class_{label}"
    assert marshal.loads(marshal.dumps(made)) == made


def test_directory_holds_images_only(tmp_path: Path) -> None:
    """A generator that opens all it finds in the directory must find no manifest there."""
    made = make_synth(SMALL, cache=tmp_path)

    assert sorted(str(path) for path in Path(made["directory"]).rglob("*") if path.is_file()) == made["files"]
    assert made["files"] == sorted(made["files"])


def test_many_classes_keep_their_order(tmp_path: Path) -> None:
    """Labels go with the files also where a listing sorts class_10 before class_2."""
    made = make_synth(Images(n=24, width=4, height=4, classes=12), cache=tmp_path)

    assert made["files"] == sorted(made["files"])
    assert [int(Path(file).parent.name.removeprefix("class_")) for file in made["files"]] == made["labels"]


def test_images_look_natural(tmp_path: Path) -> None:
    """A JPEG is much smaller than its pixels, as a photograph is, and no two are the same."""
    made = make_synth(Images(n=8), cache=tmp_path)
    sizes = [os.path.getsize(file) for file in made["files"]]

    assert 0.03 < sum(sizes) / len(sizes) / (256 * 256 * 3) < 0.25
    assert len({Path(file).read_bytes() for file in made["files"]}) == 8


def test_images_are_the_same_every_time(tmp_path: Path) -> None:
    """Another machine, another day: the same bytes, so that figures can be compared."""
    first = make_synth(SMALL, cache=tmp_path / "a")
    second = make_synth(SMALL, cache=tmp_path / "b")

    assert [Path(f).read_bytes() for f in first["files"]] == [Path(f).read_bytes() for f in second["files"]]


def test_complete_set_is_used_again(tmp_path: Path) -> None:
    """The second time nothing is written."""
    made = make_synth(SMALL, cache=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    assert make_synth(SMALL, cache=tmp_path) == made
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("damage", ["missing", "cut short", "no manifest", "broken manifest", "manifest of another"])
def test_damage_is_repaired(damage: str, tmp_path: Path) -> None:
    """What a crash or a hand broke is made again, exactly."""
    made = make_synth(SMALL, cache=tmp_path)
    whole = [Path(file).read_bytes() for file in made["files"]]
    manifest = Path(made["directory"]).parent / "manifest.json"
    if damage == "missing":
        Path(made["files"][1]).unlink()
    elif damage == "cut short":
        Path(made["files"][1]).write_bytes(whole[1][:10])
    elif damage == "no manifest":
        manifest.unlink()
        Path(made["files"][1]).write_bytes(b"")
    elif damage == "broken manifest":
        manifest.write_text("{")
    else:
        manifest.write_text(json.dumps({**json.loads(manifest.read_bytes()), "key": "other"}))
        Path(made["files"][1]).write_bytes(b"")

    assert make_synth(SMALL, cache=tmp_path) == made
    assert [Path(file).read_bytes() for file in made["files"]] == whole
    assert len(json.loads(manifest.read_bytes())["sizes"]) == 6
    assert not list(tmp_path.rglob("partial-*"))


def test_items_win_over_n(tmp_path: Path) -> None:
    """--items sets the number; classes never outnumber the images."""
    made = make_synth(SMALL, items=1, cache=tmp_path)

    assert (made["n"], made["classes"], len(made["files"]), made["labels"]) == (1, 1, 1, [0])
    assert make_synth(SMALL, items=7, cache=tmp_path)["n"] == 7
    with pytest.raises(UsageError, match="--items 0"):
        make_synth(SMALL, items=0, cache=tmp_path)


def _make(cache: str) -> list[str]:
    return list(make_synth(Images(n=40, width=16, height=16), cache=Path(cache))["files"])


@pytest.mark.process
def test_two_processes_at_once(tmp_path: Path) -> None:
    """Both get the whole set, whoever is first."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        first, second = pool.map(_make, [str(tmp_path)] * 2)

    assert first == second
    for file in first:
        with Image.open(file) as image:
            image.load()
    assert not list(tmp_path.rglob("partial-*"))


def test_cache_folder_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_CACHE_HOME if it is absolute, else ~/.cache."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert make_synth(SMALL)["directory"].startswith(str(tmp_path / "xdg" / "genaudit" / "synth"))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert make_synth(SMALL)["directory"].startswith(str(tmp_path / "home" / ".cache" / "genaudit"))


def test_unwritable_cache_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the cache cannot be written, a temporary folder is used, and the note says so."""
    (tmp_path / "file").write_text("")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    made = make_synth(SMALL)

    assert made["directory"].startswith(str(tmp_path / "tmp"))
    assert str(tmp_path / "file") in made["note"]


def test_nowhere_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any place the error says where it tried."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))

    with pytest.raises(TargetError, match="cannot be written") as caught:
        make_synth(SMALL)
    assert caught.value.slug == "synth-unwritable"
    with pytest.raises(TargetError, match="cannot be written"):
        make_synth(SMALL, cache=tmp_path / "file")


def test_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link in the temporary folder could lead anywhere."""
    (tmp_path / "file").write_text("")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"genaudit-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(TargetError, match="cannot be written"):
        make_synth(SMALL)


def test_format_that_pillow_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the installed Pillow can write."""
    monkeypatch.setattr(features, "check", lambda name: name != "webp")

    with pytest.raises(UsageError, match="cannot write webp"):
        make_synth(Images(format="webp", n=4), cache=tmp_path)
