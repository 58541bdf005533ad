"""What each kind of made data has in its files, read by who reads such files, and by the bytes themselves."""

import csv
import io
import json
import marshal
import os
import struct
import tarfile
import time
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genaudit.errors import UsageError
from genaudit.options import options_at
from genaudit.recorder.synth.arrays import rungs
from genaudit.recorder.synth.dataset import KINDS, kind_in, make_synth, parse_synth
from genaudit.recorder.synth.media import avi
from genaudit.recorder.synth.records import crc32c, record

SMALL = {
    "images": "images:n=6,size=32x24",
    "arrays": "arrays:n=10,shape=3x2,dtype=float32",
    "npy": "npy:n=10,shape=3x2,dtype=uint8",
    "h5": "h5:n=40,shape=3x2,dtype=int32",
    "csv": "csv:n=10,columns=3",
    "parquet": "parquet:n=40,columns=3",
    "lines": "lines:n=10,words=5",
    "jsonl": "jsonl:n=10,words=5",
    "wav": "wav:n=4,seconds=1,rate=8000",
    "video": "video:n=4,frames=5,size=32x24",
    "tfrecord": "tfrecord:n=9,size=16x16,files=2",
    "shards": "shards:n=9,size=16x16,files=2",
}
NEEDS = {"h5": "h5py", "parquet": "pyarrow"}


def made(text: str, cache: Path, items: int | None = None) -> dict[str, Any]:
    """A data set below a folder of the test's own; skipped where what writes it is not installed."""
    needed = NEEDS.get(text.partition(":")[0])
    if needed:
        pytest.importorskip(needed)
    return make_synth(parse_synth(text), items, cache=cache)


def test_every_kind_is_tested() -> None:
    """And every example that a message gives can be followed."""
    assert set(SMALL) == set(KINDS)
    for name, kind in KINDS.items():
        assert parse_synth(kind.EXAMPLE).n > 0
        assert kind.EXAMPLE.startswith(f"{name}:n=")
        written = {part.partition("=")[0] for part in kind.EXAMPLE.partition(":")[2].split(",")}
        assert written <= set(kind.OPTIONS)


def test_the_help_names_every_kind() -> None:
    """In the order of the page."""
    (option,) = [option for option in options_at("run") if option.name == "synth"]

    assert f"({', '.join(KINDS)})" in option.help


@pytest.mark.parametrize("kind", SMALL)
def test_files_are_the_same_every_time(kind: str, tmp_path: Path) -> None:
    """Another machine, another day: the same bytes; and what is given is plain, with a label for each item."""
    first = made(SMALL[kind], tmp_path / "a")
    if kind == "h5":
        # The times that its library writes are whole seconds.
        time.sleep(1.1)
    second = made(SMALL[kind], tmp_path / "b")
    files = [
        sorted(path for path in folder.rglob("data*") if path.is_file()) for folder in (tmp_path / "a", tmp_path / "b")
    ]

    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]
    assert marshal.loads(marshal.dumps(first)) == first
    assert first["kind"] == second["kind"] == kind
    assert len(first["labels"]) == first["n"] == parse_synth(SMALL[kind]).n
    assert set(first["labels"]) == set(range(first["classes"]))
    assert all(os.path.isfile(file) for file in first.get("files", first.get("arrays", {}).values()))


@pytest.mark.parametrize("kind", SMALL)
def test_a_second_time_nothing_is_written(kind: str, tmp_path: Path) -> None:
    """By the times of the files; and --items makes another."""
    again = made(SMALL[kind], tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}

    assert made(SMALL[kind], tmp_path) == again
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before
    assert made(SMALL[kind], tmp_path, items=20)["n"] == 20


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("arrays:shape=", "shape has no value", "arrays:n=1000"),
        ("arrays:shape=3xq", "shape=q", ""),
        ("arrays:shape=100000x100000", "more than", ""),
        ("arrays:dtype=flot32", "no dtype 'flot32'", "did you mean float32"),
        ("csv:rows=4", "no option 'rows'", "n, columns, files, classes"),
        ("csv:n=3,files=4", "4 files need", "csv:n=1000"),
        ("tfrecord:n=3,files=4", "4 files need", ""),
        ("wav:seconds=0", "seconds=0", "wav:n=400"),
        ("vidoe:n=3", "no kind of data 'vidoe'", "did you mean video"),
        ("images:mode=grey16,format=jpeg", "jpeg cannot hold grey16", ""),
        ("images:layout=tree", "no layout 'tree'", "classes, flat, masks"),
    ],
)
def test_wrong_texts(text: str, said: str, hint: str) -> None:
    """Strict, with an example of the same kind."""
    with pytest.raises(UsageError) as caught:
        parse_synth(text)

    assert said in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "kind"),
    [("n=400", None), (":n=4", None), ("", None), ("images", "images"), ("csv:n=4", "csv"), ("words:", "words")],
)
def test_the_kind_in_a_text(text: str, kind: str | None) -> None:
    """None where the choice is left to what the target reads."""
    assert kind_in(text) == kind


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(UsageError, match="written by pyarrow") as caught:
        make_synth(parse_synth(SMALL["parquet"]), cache=tmp_path)
    assert caught.value.hint == "pip install pyarrow"


# Images.


@pytest.mark.parametrize(
    "text", ["images:n=3,size=8x8", "wav:n=3,seconds=1,rate=8000", "video:n=3,size=16x16,frames=1"]
)
def test_flat_files_lie_in_one_folder(text: str, tmp_path: Path) -> None:
    """A data set class that lists a folder gets files."""
    given = made(f"{text},layout=flat", tmp_path)

    assert sorted(os.listdir(given["directory"])) == [os.path.basename(file) for file in given["files"]]
    assert len(given["files"]) == 3


def test_masks_go_with_images(tmp_path: Path) -> None:
    """One of the same name and size for each, with numbers of classes in its pixels."""
    given = made("images:n=4,size=32x24,layout=masks,classes=3", tmp_path)

    assert sorted(os.listdir(given["directory"])) == ["images", "masks"]
    assert [Path(file).stem for file in given["files"]] == [Path(file).stem for file in given["masks"]]
    for image, mask in zip(given["files"], given["masks"], strict=True):
        pixels = np.asarray(Image.open(mask))
        assert pixels.shape == (24, 32) == np.asarray(Image.open(image)).shape[:2]
        assert set(np.unique(pixels)) <= {0, 1, 2}
        assert pixels.max() > 0


@pytest.mark.parametrize(
    ("options", "mode", "dtype", "ending"),
    [
        ("mode=grey", "L", "uint8", ".jpg"),
        ("mode=grey16", "I;16", "uint16", ".png"),
        ("mode=gray", "L", "uint8", ".jpg"),
    ],
)
def test_modes(options: str, mode: str, dtype: str, ending: str, tmp_path: Path) -> None:
    """Grey of 8 bits, or of 16, which only PNG holds."""
    given = made(f"images:n=2,size=32x24,{options}", tmp_path)

    with Image.open(given["files"][0]) as image:
        pixels = np.asarray(image)
        assert (image.mode, pixels.dtype, pixels.shape) == (mode, np.dtype(dtype), (24, 32))
    assert given["files"][0].endswith(ending)
    assert given["channels"] == 1
    if dtype == "uint16":
        assert pixels.max() > 255


# Arrays.


def test_arrays(tmp_path: Path) -> None:
    """Rows of the shape and type; the first rows are those of a smaller data set, and labels come by turns."""
    given = made(SMALL["arrays"], tmp_path)
    rows, labels = (np.load(given["arrays"][name]) for name in ("data", "labels"))
    fewer = made("arrays:n=4,shape=3x2,dtype=float32", tmp_path)

    assert (rows.shape, rows.dtype) == ((10, 3, 2), np.float32)
    assert 0 <= rows.min() < rows.max() < 1
    assert labels.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1]
    assert np.array_equal(np.load(fewer["arrays"]["data"]), rows[:4])
    assert len({row.tobytes() for row in rows}) == 10


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64", "float16", "float64", "bool"])
def test_types_of_numbers(dtype: str, tmp_path: Path) -> None:
    """Each in the file of NumPy that its path leads to."""
    given = made(f"npy:n=6,shape=50,dtype={dtype}", tmp_path)
    rows = np.load(given["file"], mmap_mode="r")

    assert (rows.shape, rows.dtype) == ((6, 50), np.dtype(dtype))
    assert len(np.unique(rows)) > 1
    assert np.load(given["labels_file"]).shape == (6,)


def test_h5_has_the_usual_names(tmp_path: Path) -> None:
    """All lead to the same numbers; smaller files hold the first rows."""
    given = made(SMALL["h5"], tmp_path)
    import h5py

    with h5py.File(given["file"]) as whole:
        rows = whole["data"][:]
        assert all(np.array_equal(whole[name][:], rows) for name in ("images", "x", "X", "features"))
        assert whole["y"][:].tolist() == given["labels"]
    for items, path in given["smaller"]:
        with h5py.File(path) as part:
            assert np.array_equal(part["x"][:], rows[:items])
    assert os.listdir(given["data_folder"]) == ["data.h5"]


@pytest.mark.parametrize(
    ("n", "items"), [(1, [1]), (2, [2, 1]), (1600, [1600, 100, 200, 400, 600, 800, 1000, 1200, 1400])]
)
def test_rungs(n: int, items: list[int]) -> None:
    """The whole first, then a sixteenth, and eighths."""
    assert rungs(n) == items


# Tables and texts.


def test_csv(tmp_path: Path) -> None:
    """A line of names, then rows of numbers with the label last."""
    given = made(SMALL["csv"], tmp_path)
    with open(given["file"], newline="") as file:
        names, *rows = csv.reader(file)

    assert names == ["c0", "c1", "c2", "label"]
    assert [int(row[3]) for row in rows] == given["labels"]
    assert all(0 <= float(value) < 1 for row in rows for value in row[:3])


def test_parquet_is_the_same_table(tmp_path: Path) -> None:
    """By the numbers in both; smaller files hold the first rows."""
    given = made(SMALL["parquet"], tmp_path)
    import pyarrow.parquet as pq

    table = pq.read_table(given["file"])
    with open(made("csv:n=40,columns=3", tmp_path)["file"], newline="") as file:
        names, *rows = csv.reader(file)
    assert table.column_names == names
    assert [list(map(float, row)) for row in rows] == [list(row.values()) for row in table.to_pylist()]
    assert [pq.read_metadata(path).num_rows for _, path in given["smaller"]] == [n for n, _ in given["smaller"]]


def test_lines_and_jsonl(tmp_path: Path) -> None:
    """A line for each item, of as many words."""
    lines = Path(made(SMALL["lines"], tmp_path)["file"]).read_text().splitlines()
    objects = [json.loads(line) for line in Path(made(SMALL["jsonl"], tmp_path)["file"]).read_text().splitlines()]

    assert [len(line.split()) for line in lines] == [5] * 10
    assert [each["text"] for each in objects] == lines
    assert [(each["id"], each["label"]) for each in objects] == [(i, i % 4) for i in range(10)]


def test_rows_are_dealt_out_to_files(tmp_path: Path) -> None:
    """In their order, with the names of columns in each file."""
    given = made("csv:n=10,columns=2,files=3", tmp_path)
    counts = [len(Path(file).read_text().splitlines()) - 1 for file in given["files"]]

    assert counts == [3, 3, 4]
    assert [os.path.basename(file) for file in given["files"]] == [f"part-0000{i}-of-00003.csv" for i in range(3)]
    assert "file" not in given


# Sound and film.


def test_wav(tmp_path: Path) -> None:
    """One channel, 16 bits, as long as asked for, and no two alike."""
    given = made(SMALL["wav"], tmp_path)

    for file in given["files"]:
        with wave.open(file) as sound:
            assert sound.getparams()[:4] == (1, 2, 8000, 8000)
            samples = np.frombuffer(sound.readframes(8000), "<i2")
        assert 5000 < np.abs(samples).max() < 32767
    assert len({Path(file).read_bytes() for file in given["files"]}) == 4
    assert [int(Path(file).parent.name[-1]) for file in given["files"]] == given["labels"]


def test_avi_by_its_bytes() -> None:
    """Lengths that fit into each other, frames at even places, an index that leads to them."""
    content = avi([b"one", b"four"], 32, 24)

    assert content[:4] == b"RIFF"
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    movi = content.index(b"movi")
    index = content.index(b"idx1")
    entries = [struct.unpack("<4sIII", content[at : at + 16]) for at in (index + 8, index + 24)]
    frames = [content[movi + at + 8 : movi + at + 8 + length] for _, _, at, length in entries]
    assert frames == [b"one", b"four"]
    assert all(content[movi + at : movi + at + 4] == b"00dc" for _, _, at, _ in entries)


@pytest.mark.parametrize("backend", ["CAP_FFMPEG", "CAP_OPENCV_MJPEG"])
def test_videos_are_read_by_opencv(backend: str, tmp_path: Path) -> None:
    """Every frame, of the size asked for; the camera moves."""
    cv2 = pytest.importorskip("cv2")
    capture = cv2.VideoCapture(made(SMALL["video"], tmp_path)["files"][1], getattr(cv2, backend))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])

    assert [frame.shape for frame in frames] == [(24, 32, 3)] * 5
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 5
    assert not np.array_equal(frames[0], frames[4])


# Records.


def test_crc32c() -> None:
    """The examples of RFC 3720, and its check word."""
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E
    assert crc32c(b"123456789") == 0xE3069283


def test_record_of_nothing() -> None:
    """As TensorFlow writes it: length, masked checksum of that, no content, its masked checksum."""
    assert record(b"").hex() == "0000000000000000" + "29039807" + "d8ea82a2"


@pytest.mark.tensorflow
def test_tensorflow_reads_records(tmp_path: Path) -> None:
    """With checksums, features by their names, pictures that decode."""
    tf = pytest.importorskip("tensorflow")
    given = made(SMALL["tfrecord"], tmp_path)
    features = {"image": tf.io.FixedLenFeature([], tf.string), "label": tf.io.FixedLenFeature([], tf.int64)}
    found = [tf.io.parse_single_example(each, features) for each in tf.data.TFRecordDataset(given["files"])]

    assert [int(each["label"]) for each in found] == given["labels"]
    assert tf.io.decode_jpeg(found[8]["image"]).shape == (16, 16, 3)


def test_shards(tmp_path: Path) -> None:
    """A picture and its class for each item, beside each other, in the order of the items."""
    given = made(SMALL["shards"], tmp_path)
    members = []
    for file in given["files"]:
        with tarfile.open(file) as archive:
            for member in archive:
                part = archive.extractfile(member)
                assert part is not None
                members.append((member.name, part.read()))

    assert [name for name, _ in members[:2]] == ["0000000.jpg", "0000000.cls"]
    assert len({name for name, _ in members}) == 18
    assert [int(content) for name, content in members if name.endswith("cls")] == given["labels"]
    assert Image.open(io.BytesIO(members[0][1])).size == (16, 16)
