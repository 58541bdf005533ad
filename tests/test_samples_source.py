"""The sample generators are what they say: marked, documented, and good generators apart from their fault."""

import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genaudit.cli.demo import job_of
from genaudit.cli.demo_samples import samples
from genaudit.recorder.synth.dataset import parse_synth
from genaudit.recorder.target import parse_target
from tests.expect import marked_lines, parse_expected, read_expect
from tests.readme import ROOT

SAMPLES = sorted(path for path in (ROOT / "sample_generators").glob("*.py") if path.stem != "__init__")
RUNNABLE = [
    pytest.param(path.stem, marks=[pytest.mark.tensorflow] if path.stem == "augmented" else []) for path in SAMPLES
]
ALL = sorted(path for path in (ROOT / "sample_generators").rglob("*.py") if path.stem != "__init__")
SYSTEMS = sorted({path.parent for path in ALL if path.parent.name != "sample_generators"})
N_FILES, BATCH, SIZE = 5, 2, (12, 8)


@pytest.fixture(scope="module")
def image_paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Five images of one colour each, told apart by it."""
    folder = tmp_path_factory.mktemp("images")
    paths = [folder / f"{number}.png" for number in range(N_FILES)]
    for number, path in enumerate(paths):
        Image.new("RGB", SIZE, (40 * number, 0, 0)).save(path)
    return [str(path) for path in paths]


def generator(name: str) -> Callable[..., Iterator[tuple[np.ndarray, np.ndarray]]]:
    """The generator function of a sample."""
    if name == "augmented":
        pytest.importorskip("tensorflow")
        pytest.importorskip("scipy")
    module = importlib.import_module(f"sample_generators.{name}")
    return getattr(module, f"{name}_generator")  # type: ignore[no-any-return]


def start(name: str, image_paths: list[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """A running sample on the images, every label the number of its image."""
    function = generator(name)
    wanted = inspect.signature(function).parameters
    known: dict[str, Any] = {
        "image_paths": image_paths,
        "labels": list(range(N_FILES)),
        "batch_size": BATCH,
        "image_size": SIZE,
    }
    return function(**{parameter: known[parameter] for parameter in wanted})


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT / "sample_generators")))
def test_a_sample_says_what_must_be_found(path: Path) -> None:
    """A docstring, an EXPECT that reads, and for each fault at least one line to blame."""
    source = path.read_text(encoding="utf-8")
    expect = read_expect(source)

    assert ast.get_docstring(ast.parse(source))
    for name, text in expect.items():
        assert parse_expected(text).value is not None
        assert marked_lines(source, name)
    assert source.count("# finds:") == 0 or expect


@pytest.mark.parametrize("folder", SYSTEMS, ids=lambda folder: folder.name)
def test_a_system_has_both_forms(folder: Path) -> None:
    """A lazy form and a faulty one, side by side; and no name by which Python would find another library."""
    expects = [read_expect(path.read_text(encoding="utf-8")) for path in ALL if path.parent == folder]

    assert any(not expect for expect in expects)
    assert any(expects)
    assert folder.name not in sys.stdlib_module_names
    assert importlib.util.find_spec(folder.name) is None


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT / "sample_generators")))
def test_a_sample_says_how_it_is_run(path: Path) -> None:
    """By a command that the command line takes, whose target is in this very file."""
    (sample,) = [sample for sample in samples() if sample.path == path]
    job = job_of(sample.words)
    target = parse_target(job.target)

    assert sample.words[:2] == ["genaudit", "run"]
    assert (target.module or "").split(".") == ["sample_generators", *sample.name.split("/")]
    names = {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if hasattr(node, "name")}
    assert target.qualname in names
    assert job.synth is None or parse_synth(job.synth).n > 0


def test_there_is_a_sample_for_each_shape() -> None:
    """Eager, cached and leaking ones, and clean ones."""
    found = {name for path in SAMPLES for name in read_expect(path.read_text(encoding="utf-8"))}

    assert {"eager-load", "unbounded-cache", "batch-growth"} <= found
    assert sum(not read_expect(path.read_text(encoding="utf-8")) for path in SAMPLES) >= 2


@pytest.mark.parametrize("name", RUNNABLE)
def test_batches_are_whole(name: str, image_paths: list[str]) -> None:
    """Epoch after epoch: every image once, the last batch smaller, images as high and wide as they are."""
    batches = list(islice(start(name, image_paths), 6))

    assert [len(images) for images, _ in batches] == [2, 2, 1, 2, 2, 1]
    assert all(images.shape[1:] == (SIZE[1], SIZE[0], 3) for images, _ in batches)
    assert all(len(images) == len(labels) for images, labels in batches)


@pytest.mark.parametrize("name", ["efficient", "caching", "leaking"])
def test_labels_stay_with_their_images(name: str, image_paths: list[str]) -> None:
    """Shuffled or not; every image comes once an epoch."""
    epoch = list(islice(start(name, image_paths), 3))

    colours = np.concatenate([images[:, 0, 0, 0] for images, _ in epoch])
    labels = np.concatenate([labels for _, labels in epoch])
    assert (colours == labels * 40).all()
    assert sorted(labels) == list(range(N_FILES))


@pytest.mark.parametrize(("name", "opened"), [("inefficient", 5), ("efficient", 2), ("caching", 2), ("leaking", 2)])
def test_files_are_opened_when_the_fault_says_so(
    name: str, opened: int, image_paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The eager one opens all for the first batch, the others those of the batch."""
    calls: list[str] = []
    really_open = Image.open
    monkeypatch.setattr(Image, "open", lambda path: calls.append(path) or really_open(path))

    next(start(name, image_paths))

    assert len(calls) == opened
