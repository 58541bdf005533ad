"""A made data set goes to the parameters that can take it, by their names and annotations."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Optional, Union  # noqa: F401 - in annotations written as text

import numpy as np
import pytest

from genaudit.recorder.child.call.fill_synth import Filled, fill
from genaudit.recorder.child.call.signature import Binding, signature_of
from genaudit.recorder.child.guard.refusal import Refusal

SYNTH: dict[str, Any] = {
    "kind": "images",
    "plural": "images",
    "inside": "in 2 class folders",
    "channels": 3,
    "directory": "/made",
    "files": [f"/made/class_{i // 4}/{i}.jpg" for i in range(8)],
    "labels": [0, 0, 0, 0, 1, 1, 1, 1],
    "classes": 2,
    "size": [24, 32],
    "n": 8,
}
FILES = SYNTH["files"]


def filled(function: Callable[..., Any], dataset: str | None = None, **given: Any) -> tuple[dict[str, Any], Filled]:
    binding = Binding(signature_of(function))
    binding.add([], given, "--arg")
    result = fill(binding, SYNTH, dataset)
    return {name: value for name, value in binding.values().items() if name in result.texts}, result


def test_whole_signature() -> None:
    """Data, labels, batch size and image size; texts for all of it; given values and defaults stay."""

    def gen(image_paths, labels, batch_size, image_size, num_classes, shuffle, seed, extra=3): ...

    values, result = filled(gen, seed=7)

    assert values == {
        "image_paths": FILES,
        "labels": SYNTH["labels"],
        "batch_size": 32,
        "image_size": (24, 32),
        "num_classes": 2,
        "shuffle": False,
    }
    assert result.dataset == "image_paths"
    assert result.texts == {
        "image_paths": "list of 8 paths of made images",
        "labels": "list of 8 labels from 0 to 1",
        "batch_size": "32",
        "image_size": "(24, 32)",
        "num_classes": "2",
        "shuffle": "False",
    }


@pytest.mark.parametrize(
    "name",
    [
        "image_paths",
        "paths",
        "files",
        "filenames",
        "file_list",
        "image_files",
        "img_paths",
        "images",
        "file_names",
        "train_paths",
        "filelist",
    ],
)
def test_names_of_file_lists(name: str) -> None:
    """A list of strings, its own copy."""
    namespace: dict[str, Any] = {}
    exec(f"def gen({name}): ...", namespace)

    values, result = filled(namespace["gen"])

    assert values == {name: FILES}
    assert values[name] is not FILES
    assert result.dataset == name


@pytest.mark.parametrize(
    "name", ["data_dir", "directory", "root", "folder", "path", "image_dir", "data_path", "root_dir", "img_folder"]
)
def test_names_of_directories(name: str) -> None:
    """The directory with the class folders."""
    namespace: dict[str, Any] = {}
    exec(f"def gen({name}): ...", namespace)

    values, result = filled(namespace["gen"])

    assert values == {name: "/made"}
    assert result.texts == {name: "directory of 8 made images in 2 class folders"}


def annotated(annotation: Any, name: str = "source") -> Callable[..., Any]:
    def gen(source): ...

    gen.__annotations__["source"] = annotation
    if name != "source":
        namespace: dict[str, Any] = {"A": annotation}
        exec(f"def gen({name}: A): ...", namespace)
        return namespace["gen"]
    return gen


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (list[str], FILES),
        ("list[str]", FILES),
        (Sequence[str], FILES),
        (list[Path], [Path(file) for file in FILES]),
        ("Sequence[Path]", [Path(file) for file in FILES]),
        (tuple[str, ...], tuple(FILES)),
        ("list[str | Path]", FILES),
        ("Optional[list[str]]", FILES),
        (Path, Path("/made")),
        ("pathlib.Path", Path("/made")),
        (Path | None, Path("/made")),
        (str, "/made"),
    ],
)
def test_annotations(annotation: Any, value: Any) -> None:
    """They say what is wanted where the name says nothing."""
    values, _ = filled(annotated(annotation))

    assert values == {"source": value}
    assert type(values["source"]) is type(value)


@pytest.mark.parametrize(
    ("name", "annotation", "value"),
    [
        ("data_dir", Path, Path("/made")),
        ("data_dir", "Union[str, Path]", "/made"),
        ("paths", str, "/made"),
        ("paths", list, FILES),
        ("paths", "list[Path]", [Path(file) for file in FILES]),
        ("root", list[str], FILES),
        ("files", "Union[str, list[str]]", FILES),
    ],
)
def test_annotation_is_stronger_than_name(name: str, annotation: Any, value: Any) -> None:
    """A list named root is a list."""
    values, _ = filled(annotated(annotation, name))

    assert values == {name: value}


def test_files_and_their_directory() -> None:
    """Both are filled; the list is the data set."""

    def gen(root, filenames): ...

    values, result = filled(gen)

    assert values == {"root": "/made", "filenames": FILES}
    assert result.dataset == "filenames"


def test_other_things_with_like_names() -> None:
    """Where a generator writes to is no data set, and neither is a number of files."""

    def gen(paths, output_dir, log_path, num_files, mode): ...

    values, result = filled(gen)

    assert values == {"paths": FILES, "num_files": 8}
    assert result.counts == ["num_files"]


def test_labels_as_an_array() -> None:
    """An annotation that wants an array gets one."""

    def gen(paths, labels: np.ndarray, y: "np.ndarray", targets: list[int]): ...

    values, _ = filled(gen)

    assert type(values["labels"]) is type(values["y"]) is np.ndarray
    assert values["labels"].tolist() == values["targets"] == SYNTH["labels"]


def test_sizes_by_name() -> None:
    """Heights and widths, shapes with channels, one number where one is wanted."""

    def gen(paths, target_size, input_shape, img_size: int, height, img_width, channels, bs, size): ...

    values, _ = filled(gen)

    assert values == {
        "paths": FILES,
        "target_size": (24, 32),
        "input_shape": (24, 32, 3),
        "img_size": 24,
        "height": 24,
        "img_width": 32,
        "channels": 3,
        "bs": 32,
        "size": (24, 32),
    }


def test_class_names() -> None:
    """Those of the folders."""

    def gen(root, class_names): ...

    assert filled(gen)[0]["class_names"] == ["class_0", "class_1"]


def test_default_of_the_data_gives_way() -> None:
    """--synth is asked for now; other defaults stay."""

    def gen(batch_size=4, data_dir="data/train", size=(8, 8)): ...

    values, _ = filled(gen)

    assert values == {"data_dir": "/made"}


def test_parameter_without_a_default_comes_first() -> None:
    """The one that needs a value."""

    def gen(root="data", paths=None, *, folder): ...

    assert filled(gen)[0] == {"folder": "/made"}


def test_named_parameter() -> None:
    """--dataset says where it goes, whatever its name."""

    def gen(a, b: list[str]): ...

    assert filled(gen, "a")[0] == {"a": "/made", "b": FILES} or filled(gen, "a")[0] == {"a": "/made"}
    assert filled(gen, "b")[0] == {"b": FILES}


@pytest.mark.parametrize(
    ("function", "dataset", "given", "slug", "said"),
    [
        pytest.param(lambda batch_size, n: 0, None, {}, "synth-no-parameter", "<lambda>(batch_size, n)", id="none"),
        pytest.param(lambda paths: 0, None, {"paths": 1}, "synth-no-parameter", "<lambda>(paths)", id="given"),
        pytest.param(lambda output_dir: 0, None, {}, "synth-no-parameter", "output_dir", id="output"),
        pytest.param(lambda a: 0, "z", {}, "unknown-dataset", "--dataset z", id="unknown name"),
        pytest.param(lambda a: 0, "a", {"a": 1}, "synth-no-parameter", "has a value already", id="named and given"),
        pytest.param(lambda **kw: 0, None, {}, "synth-no-parameter", "**kw", id="keywords only"),
    ],
)
def test_refusals(
    function: Callable[..., Any], dataset: str | None, given: dict[str, Any], slug: str, said: str
) -> None:
    """Where it has nowhere to go, the signature is shown."""
    with pytest.raises(Refusal) as caught:
        filled(function, dataset, **given)

    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert said in caught.value.message


# Other kinds than images.

ROWS: dict[str, Any] = {
    "kind": "csv", "plural": "rows", "directory": "/made", "files": ["/made/data.csv"], "file": "/made/data.csv",
    "labels": [0, 1, 0, 1], "classes": 2, "n": 4, "what": "CSV file of 4 rows",
}  # fmt: skip
SHARDS: dict[str, Any] = {
    "kind": "shards", "plural": "images", "directory": "/made", "files": ["/made/0.tar", "/made/1.tar"],
    "labels": [0, 1] * 4, "classes": 2, "n": 8, "size": [16, 24], "channels": 3,
    "what": "webdataset shard of 8 images (jpg, cls)",
}  # fmt: skip


def filled_from(synth: dict[str, Any], signature: str) -> tuple[dict[str, Any], Filled]:
    """The values of a function with this signature."""
    namespace: dict[str, Any] = {"np": np, "Path": Path}
    exec(f"def gen({signature}): ...", namespace)
    binding = Binding(signature_of(namespace["gen"]))
    result = fill(binding, synth, None)
    return {name: value for name, value in binding.values().items() if name in result.texts}, result


@pytest.mark.parametrize(
    ("signature", "value"),
    [
        ("csv_path", "/made/data.csv"),
        ("path", "/made/data.csv"),
        ("file", "/made/data.csv"),
        ("filename: str", "/made/data.csv"),
        ("source", "/made/data.csv"),
        ("csv", "/made/data.csv"),
        ("path: Path", Path("/made/data.csv")),
        ("csv_files", ["/made/data.csv"]),
        ("paths: list[str]", ["/made/data.csv"]),
        ("data_dir", "/made"),
        ("table", "/made/data.csv"),
    ],
)
def test_one_file(signature: str, value: Any) -> None:
    """Its path, in a list where one is wanted, or its folder."""
    values, result = filled_from(ROWS, signature)

    assert values == {result.dataset: value}
    if value == "/made/data.csv":
        assert result.texts == {result.dataset: "path of a made CSV file of 4 rows"}


@pytest.mark.parametrize("signature", ["shards", "urls", "tar_files", "shard_paths: list[str]", "files"])
def test_several_files(signature: str) -> None:
    """All of them, and what is in them is told."""
    values, result = filled_from(SHARDS, signature)

    assert values == {result.dataset: SHARDS["files"]}
    assert result.texts[result.dataset] == "list of 2 paths of made files with 8 images"


def test_several_files_for_one_path() -> None:
    """It is said how to have one."""
    with pytest.raises(Refusal, match="makes 2 files, and path takes one") as caught:
        filled_from(SHARDS, "path: str, batch_size")
    assert "--synth shards:n=8,files=1" in caught.value.hint


def test_what_was_not_made_is_not_filled_in() -> None:
    """A table has no size of pictures; a number of items follows."""
    values, result = filled_from(ROWS, "csv_path, batch_size, num_samples, seed, image_size=3")

    assert {name: value for name, value in values.items() if name != "csv_path"} == {
        "batch_size": 32, "num_samples": 4, "seed": 0,
    }  # fmt: skip
    assert result.counts == ["num_samples"]
    assert result.texts["num_samples"] == "the number of rows"


def test_nothing_takes_a_file() -> None:
    """The message names what was made."""
    with pytest.raises(Refusal, match="takes the path of a CSV file of 4 rows"):
        filled_from(ROWS, "batch_size, epochs")


@pytest.mark.parametrize(
    "signature", ["X, y, batch_size", "images, labels", "x_train: np.ndarray, y_train", "data: np.ndarray"]
)
def test_arrays_in_memory(signature: str, tmp_path: Path) -> None:
    """Loaded, and writable; labels go with them as an array."""
    np.save(tmp_path / "data.npy", np.ones((4, 2, 3), np.float32))
    np.save(tmp_path / "labels.npy", np.arange(4))
    arrays = {"data": str(tmp_path / "data.npy"), "labels": str(tmp_path / "labels.npy")}
    synth = {**ROWS, "kind": "arrays", "arrays": arrays, "shape": [2, 3], "dtype": "float32"}
    del synth["what"], synth["files"], synth["file"]

    values, result = filled_from(synth, signature)

    data = values[result.dataset]
    assert type(data) is np.ndarray
    assert data.flags.writeable
    assert data.shape == (4, 2, 3)
    assert result.texts[result.dataset] == "array 4x2x3 float32 of made numbers"
    for name in values.keys() & {"y", "labels", "y_train"}:
        assert values[name].tolist() == [0, 1, 2, 3]


def test_masks_beside_images() -> None:
    """Each parameter gets its own files, or its own folder."""
    masks = [file.replace("/made", "/made/masks") for file in FILES]
    synth = {**SYNTH, "masks": masks, "data_folder": "/made/images", "masks_folder": "/made/masks", "inside": "two"}

    values, _ = filled_from(synth, "image_paths, mask_paths")
    folders, _ = filled_from(synth, "image_dir, mask_dir")
    root, result = filled_from(synth, "root")

    assert values == {"image_paths": FILES, "mask_paths": masks}
    assert folders == {"image_dir": "/made/images", "mask_dir": "/made/masks"}
    assert root == {"root": "/made"}
    assert result.texts["root"] == "directory of 8 made images two"
