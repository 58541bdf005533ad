"""The kind of data that is made where the user names none: by what the source of the target reads."""

import textwrap
from pathlib import Path

import pytest

from genaudit.experiment.made_data import choice_for, with_kind
from genaudit.model.job import Job
from genaudit.recorder.synth.dataset import KINDS
from genaudit.recorder.target import parse_target


def kind_of(tmp_path: Path, source: str, name: str = "gen") -> str:
    """What is chosen for a function of a file."""
    path = tmp_path / "data.py"
    path.write_text(textwrap.dedent(source))
    choice = choice_for(parse_target(f"{path}:{name}"))
    assert choice.reason.startswith("as ")
    assert choice.kind in KINDS
    return choice.kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("pd.read_csv(path, chunksize=32)", "csv"),
        ("csv.DictReader(open(path))", "csv"),
        ("pq.ParquetFile(path).iter_batches(32)", "parquet"),
        ("h5py.File(path)['x']", "h5"),
        ("zipfile.File(path)", "images"),
        ("np.load(path, mmap_mode='r')", "npy"),
        ("np.memmap(path)", "npy"),
        ("torch.load(path)", "images"),
        ("cv2.VideoCapture(path)", "video"),
        ("tf.data.TFRecordDataset(path)", "tfrecord"),
        ("wds.WebDataset(path)", "shards"),
        ("wave.open(path)", "wav"),
        ("librosa.load(path)", "wav"),
        ("(json.loads(line) for line in open(path))", "jsonl"),
        ("(line.split() for line in open(path))", "lines"),
        ("open(path, 'rb').read()", "images"),
        ("Image.open(path)", "images"),
        ("cv2.imread(path)", "images"),
        ("sorted(os.listdir(path))", "images"),
    ],
)
def test_what_the_source_reads(body: str, kind: str, tmp_path: Path) -> None:
    """The first call that reads something known; a word that others use too counts only with its library."""
    assert kind_of(tmp_path, f"def gen(path):\n    yield {body}\n") == kind


@pytest.mark.parametrize(
    ("parameters", "kind"),
    [
        ("images: np.ndarray, batch_size", "arrays"),
        ("rows: 'npt.NDArray[np.float32]'", "arrays"),
        ("X, y, batch_size", "arrays"),
        ("csv_path", "csv"),
        ("wav_files", "wav"),
        ("shards", "shards"),
        ("x_train, y_train", "arrays"),
        ("image_paths, labels", "images"),
        ("labels: np.ndarray, image_paths", "images"),
        ("prefix", "images"),
    ],
)
def test_names_and_annotations(parameters: str, kind: str, tmp_path: Path) -> None:
    """Where the source calls nothing that is known."""
    assert kind_of(tmp_path, f"def gen({parameters}):\n    yield 1\n") == kind


def test_a_helper_of_the_module_reads(tmp_path: Path) -> None:
    """What the function itself calls is stronger; then what it names in its module."""
    source = """
        def load(path):
            return wave.open(path)

        def gen(csv_files):
            for path in csv_files:
                yield load(path)
    """
    assert kind_of(tmp_path, source) == "wav"


def test_a_class_and_its_methods(tmp_path: Path) -> None:
    """The constructor takes the data, any method reads it."""
    source = """
        class Rows:
            def __init__(self, path):
                self.path = path

            def batches(self):
                yield from pd.read_parquet(self.path).iterrows()

        class Held:
            def __init__(self, values: np.ndarray):
                self.values = values
    """
    assert kind_of(tmp_path, source, "Rows") == "parquet"
    assert kind_of(tmp_path, source, "Rows.batches") == "parquet"
    assert kind_of(tmp_path, source, "Held") == "arrays"


@pytest.mark.parametrize("source", ["def other(): ...", "def (", ""])
def test_nothing_to_read(source: str, tmp_path: Path) -> None:
    """Images, as ever; never an error."""
    assert kind_of(tmp_path, source) == "images"


def test_modules_are_found_without_importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the current folder, packages too."""
    package = tmp_path / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "data.py").write_text("import pandas as pd\ndef gen(path):\n    yield pd.read_csv(path)\n")
    monkeypatch.chdir(tmp_path)

    assert choice_for(parse_target("shop.data:gen")).kind == "csv"
    assert choice_for(parse_target("shop.nothing:gen")).kind == "images"


def test_the_job_names_the_kind(tmp_path: Path) -> None:
    """And a note says what was chosen, why, and what else there is; a kind that was named is left as it is."""
    path = tmp_path / "data.py"
    path.write_text("def gen(path):\n    yield pd.read_csv(path)\n")
    target = f"{path}:gen"

    job, note = with_kind(Job(target=target, synth="n=50,columns=3"))

    assert job.synth == "csv:n=50,columns=3"
    assert note.startswith("--synth n=50,columns=3 made csv:n=50,columns=3, as pd.read_csv(…) in data.py:2 reads that")
    assert "parquet:" in note
    assert with_kind(Job(target=target, synth="images:n=5")) == (Job(target=target, synth="images:n=5"), "")
    assert with_kind(Job(target=target)) == (Job(target=target), "")
    # No words at all are a slip, and refused as one.
    assert with_kind(Job(target=target, synth=" "))[0].synth == " "
