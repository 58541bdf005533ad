"""Gives a made data set to a callable that got no arguments, by the names and annotations of its parameters."""

from __future__ import annotations

import os

from genaudit.recorder.child.call.signature import MISSING, Binding, Parameter
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any

BATCH_SIZE = 32

_FILE_WORDS = {"file", "files", "filename", "filenames", "filepath", "filepaths", "fname", "fnames", "image", "images",
               "img", "imgs", "path", "paths", "sample", "samples"}  # fmt: skip
_PLURAL_WORDS = {"filelist", "filenames", "filepaths", "files", "fnames", "images", "imgs", "list", "names", "paths",
                 "samples"}  # fmt: skip
_FOLDER_WORDS = {"dir", "directory", "dirname", "dirpath", "folder", "root"}
_FOLDER_NAMES = {"path", "base_path", "data_path", "dataset_path", "image_folder_path", "images_path", "input_path"}
# Where a generator writes to, or what it only reads beside its data: never a data set.
_OTHER_WORDS = {"cache", "checkpoint", "csv", "export", "log", "logs", "model", "out", "output", "save", "temp", "tmp"}
_LABEL_WORDS = {"classes", "labels", "targets", "y", "ys"}
_COUNT_WORDS = {"n", "nb", "nr", "num", "number"}
_BATCH_NAMES = {"batch", "batch_size", "batchsize", "bs", "n_batch", "size_of_batch"}
_SIZE_NAMES = {"dim", "image_dim", "image_size", "img_dim", "img_size", "imsize", "input_size", "new_size", "resize",
               "resize_to", "resolution", "size", "target_size"}  # fmt: skip
_SHAPE_NAMES = {"image_shape", "img_shape", "input_shape", "shape", "target_shape"}
_HEIGHT_NAMES = {"h", "height", "image_height", "img_h", "img_height"}
_WIDTH_NAMES = {"image_width", "img_w", "img_width", "w", "width"}
_SEQUENCES = ("collection", "iterable", "list", "sequence", "tuple")
_ARRAY_NAMES = {"array", "arrays", "data", "dataset", "feature", "features", "images", "inputs", "samples",
                "train_data", "train_images", "train_x", "values", "x", "x_train", "xs", "xtrain"}  # fmt: skip
_ARRAY_TYPES = {"ndarray", "arraylike", "tensor", "ndarraylike"}
_MASK_WORDS = {"annotation", "annotations", "mask", "masks", "segmentation", "segmentations"}
_RATE_NAMES = {"fs", "rate", "sample_rate", "samplerate", "sampling_rate", "sr"}
_ONE_FILE_WORDS = {"archive", "corpus", "file", "filename", "filepath", "fname", "path", "source", "uri", "url"}
_WORDS_BY_KIND: dict[str, set[str]] = {
    "arrays": set(),
    "npy": {"array", "npy", "memmap", "mmap"},
    "h5": {"h5", "hdf", "hdf5"},
    "csv": {"csv", "table", "tsv"},
    "parquet": {"parquet", "table"},
    "lines": {"lines", "text", "texts", "txt"},
    "jsonl": {"json", "jsonl", "lines", "ndjson"},
    "tfrecord": {"record", "records", "tfrecord", "tfrecords"},
    "shards": {"shard", "shards", "tar", "tars", "urls"},
    "wav": {"audio", "clips", "sounds", "wav", "wavs"},
    "video": {"clips", "movies", "video", "videos"},
}  # fmt: skip
"""What parameters are called that take a kind of data, beside what is called so for pictures."""


class Filled:
    """What was filled in.

    ``texts`` says it by parameter, for the report; ``dataset`` is the parameter that got the data set; ``counts``
    are the parameters that got its size, and must follow it. ``smaller`` are files with fewer items to take its place.
    """

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.smaller: list[list[Any]] = []
        self.texts: dict[str, str] = {}
        self.counts: list[str] = []


def fill(binding: Binding, synth: dict[str, Any], dataset: str | None) -> Filled:
    """Give the made data set, and what goes with it, to the parameters that have no value.

    Args:
        binding: Collected values; what is filled in is added to it.
        synth: What was made: ``kind``, ``directory``, ``files``, ``labels``, ``classes``, ``n``, and what the kind has
            beside them, such as ``file``, ``arrays``, ``size``.
        dataset: The parameter to get the data set, where the user named it.

    Raises:
        Refusal: No parameter can take the data set.
    """
    chosen = _dataset_parameter(binding, dataset, synth)
    if chosen is None:
        raise Refusal(
            f"--synth found no parameter that takes {_wanted(synth)}\n  {binding.signature}",
            slug="synth-no-parameter",
            hint="name it: --dataset NAME; or leave --synth out if the generator has data of its own",
            exit_code=USAGE,
        )
    filled = Filled(chosen.name)
    _give_data(binding, filled, chosen, synth)
    for parameter in binding.missing():
        if not _is_of_arrays(synth) and (_is_folder(parameter) or _is_files(parameter, synth)):
            # The folder that a list of files is relative to, or the files of a folder.
            _give_data(binding, filled, parameter, synth)
            continue
        for fits, make, wanted in _CHOICES:
            if fits(parameter) and (wanted is None or wanted in synth):
                value, text = make(parameter, synth)
                binding.replace(parameter.name, value)
                filled.texts[parameter.name] = text
                break
        else:
            if _is_item_count(parameter):
                binding.replace(parameter.name, synth["n"])
                filled.counts.append(parameter.name)
                filled.texts[parameter.name] = f"the number of {synth['plural']}"
    return filled


def _is_of_arrays(synth: dict[str, Any]) -> bool:
    return "arrays" in synth


def _wanted(synth: dict[str, Any]) -> str:
    """What the data set is given as, for a message."""
    if _is_of_arrays(synth):
        return "an array"
    return "files or a directory" if len(synth["files"]) > 1 else f"the path of a {synth['what']}"


def _dataset_parameter(binding: Binding, dataset: str | None, synth: dict[str, Any]) -> Parameter | None:
    if dataset is not None:
        return _named(binding, dataset)
    missing = binding.missing()
    # --synth is stronger than a default of the user's: it was asked for now.
    optional = [
        parameter
        for parameter in binding.signature.named.values()
        if parameter.default is not MISSING and not binding.has(parameter.name)
    ]
    for candidates in (missing, optional):
        for fits in _fitting(synth):
            for parameter in candidates:
                if fits(parameter):
                    return parameter
    if _is_of_arrays(synth):
        return None
    texts = [parameter for parameter in missing if _words_of_type(parameter) == ["str"] and not _is_other(parameter)]
    return texts[0] if len(texts) == 1 else None


def _fitting(synth: dict[str, Any]) -> tuple[Callable[[Parameter], bool], ...]:
    """What to look for in a parameter, the surest first."""
    if _is_of_arrays(synth):
        return (_is_array, _is_annotated_array)
    of_kind = _words_of_kind(synth)

    def is_of_kind(parameter: Parameter) -> bool:
        words = _words(parameter)
        return not words.isdisjoint(of_kind) and not _is_other(parameter, of_kind) and not _is_count(parameter)

    def is_one_file(parameter: Parameter) -> bool:
        words = _words(parameter)
        return not words.isdisjoint(_ONE_FILE_WORDS) and not _is_other(parameter) and not _is_count(parameter)

    usual = (_is_files, _is_folder, _is_annotated_files, _is_annotated_folder)
    return (is_of_kind, *usual, is_one_file) if of_kind else usual


def _is_array(parameter: Parameter) -> bool:
    types = _words_of_type(parameter)
    fits = not types or not _ARRAY_TYPES.isdisjoint(types) or _is_sequence(types) or types == ["any"]
    return parameter.name.lower() in _ARRAY_NAMES and fits


def _is_annotated_array(parameter: Parameter) -> bool:
    named_otherwise = _is_labels(parameter) or _is_other(parameter)
    return not _ARRAY_TYPES.isdisjoint(_words_of_type(parameter)) and not named_otherwise


def _named(binding: Binding, dataset: str) -> Parameter:
    parameter = binding.signature.named.get(dataset)
    if parameter is None:
        raise Refusal(
            f"--dataset {dataset}: there is no such parameter\n  {binding.signature}",
            slug="unknown-dataset",
            hint=f"parameters: {listed(binding.signature.named)}",
            exit_code=USAGE,
        )
    if binding.has(dataset):
        raise Refusal(
            f"--synth has nowhere to go: {dataset} has a value already\n  {binding.signature}",
            slug="synth-no-parameter",
            hint=f"leave out --synth, or the value of {dataset}",
            exit_code=USAGE,
        )
    return parameter


def _give_data(binding: Binding, filled: Filled, parameter: Parameter, synth: dict[str, Any]) -> None:
    if _is_of_arrays(synth):
        binding.replace(parameter.name, _array(synth["arrays"]["data"]))
        shape = (synth["n"], *synth["shape"])
        filled.texts[parameter.name] = f"array {'x'.join(map(str, shape))} {synth['dtype']} of made numbers"
        return
    as_path = _is_path_type(parameter)
    if _takes_one(parameter, synth):
        value = _one_path(binding, parameter, synth)
        binding.replace(parameter.name, _path(value) if as_path else value)
        filled.texts[parameter.name] = f"path of a made {synth['what']}"
        if parameter.name == filled.dataset:
            filled.smaller = synth.get("smaller") or []
        return
    masks = "masks" in synth and not _words(parameter).isdisjoint(_MASK_WORDS)
    if _is_folder(parameter) or (not _takes_several(parameter, synth)):
        folder, inside = _folder_for(parameter, synth, masks=masks)
        binding.replace(parameter.name, _path(folder) if as_path else folder)
        filled.texts[parameter.name] = f"directory of {synth['n']} made {'masks' if masks else synth['plural']}{inside}"
        return
    chosen = synth["masks"] if masks else synth["files"]
    files = [_path(file) for file in chosen] if as_path else list(chosen)
    in_tuple = _words_of_type(parameter)[:1] == ["tuple"]
    binding.replace(parameter.name, tuple(files) if in_tuple else files)
    what = "masks" if masks else synth["plural"]
    of = f"{what}" if len(files) == synth["n"] else f"files with {synth['n']} {what}"
    filled.texts[parameter.name] = f"{'tuple' if in_tuple else 'list'} of {len(files)} paths of made {of}"


def _takes_several(parameter: Parameter, synth: dict[str, Any]) -> bool:
    """A list: by its name, by its annotation, or as such data are given where the name is that of their kind."""
    if _is_files(parameter, synth) or _is_annotated_files(parameter):
        return True
    types = _words_of_type(parameter)
    named = not _words(parameter).isdisjoint(_words_of_kind(synth))
    return named and len(synth["files"]) > 1 and not types


def _takes_one(parameter: Parameter, synth: dict[str, Any]) -> bool:
    """One path, of data that are in one file or could be."""
    if "what" not in synth or _is_annotated_files(parameter) or _words(parameter) & _FOLDER_WORDS:
        return False
    types = _words_of_type(parameter)
    if not types and len(synth["files"]) > 1:
        return not _takes_several(parameter, synth)
    return not _is_sequence(types) if types else not _is_files(parameter, synth)


def _one_path(binding: Binding, parameter: Parameter, synth: dict[str, Any]) -> str:
    if "file" not in synth:
        raise Refusal(
            f"--synth makes {len(synth['files'])} files, and {parameter.name} takes one\n  {binding.signature}",
            slug="synth-several-files",
            hint=f"write files=1, as in --synth {synth['kind']}:n={synth['n']},files=1",
            exit_code=USAGE,
        )
    labels = _is_labels(parameter) and "labels_file" in synth
    return str(synth["labels_file"] if labels else synth["file"])


def _folder_for(parameter: Parameter, synth: dict[str, Any], *, masks: bool) -> tuple[str, str]:
    """The folder of a parameter, and how the files lie in it, as words."""
    if masks:
        return synth["masks_folder"], ""
    if "masks_folder" in synth and not _words(parameter).isdisjoint({"image", "images", "img", "imgs"}):
        return synth["data_folder"], ""
    inside = f" {synth['inside']}" if "inside" in synth else ""
    if "masks_folder" in synth:
        return synth["directory"], inside
    return synth.get("data_folder", synth["directory"]), inside


@calls_target
def _array(path: str) -> Any:
    """An array in memory, as a caller who has read it gives it."""
    import importlib

    try:
        return importlib.import_module("numpy").load(path)
    except ModuleNotFoundError:
        raise Refusal(
            "--synth arrays: needs NumPy where the target runs", slug="synth-not-installed", hint="pip install numpy",
            exit_code=USAGE,
        ) from None  # fmt: skip


def _path(text: str) -> os.PathLike[str]:
    with OwnImports():
        import pathlib
    return pathlib.Path(text)


def _is_files(parameter: Parameter, synth: dict[str, Any] | None = None) -> bool:
    """A name that says: several files. An annotation that says otherwise is stronger."""
    of_kind = _words_of_kind(synth) if synth is not None else set()
    words = _words(parameter)
    named = not words.isdisjoint(_FILE_WORDS) and not words.isdisjoint(_PLURAL_WORDS)
    if not (named or parameter.name.lower() == "filelist") or _is_other(parameter, of_kind) or _is_count(parameter):
        return False
    types = _words_of_type(parameter)
    if "ndarray" in types or "dataframe" in types:
        return False
    return not types or _is_sequence(types) or types[0] not in {"str", "path", "pathlike", "int", "dict", "callable"}


def _is_folder(parameter: Parameter) -> bool:
    """A name that says: a folder, or the annotation of a single path on a name that says: files."""
    if _is_other(parameter) or _is_count(parameter):
        return False
    types = _words_of_type(parameter)
    if types and (_is_sequence(types) or types[0] not in {"str", "path", "pathlike", "union", "optional"}):
        return False
    words = _words(parameter)
    plural = not words.isdisjoint(_FILE_WORDS) and not words.isdisjoint(_PLURAL_WORDS)
    return not words.isdisjoint(_FOLDER_WORDS) or parameter.name.lower() in _FOLDER_NAMES or bool(types and plural)


def _is_annotated_files(parameter: Parameter) -> bool:
    types = _words_of_type(parameter)
    if _is_other(parameter) or not _is_sequence(types):
        return False
    return any(word in {"str", "path", "pathlike"} for word in types) and "int" not in types


def _is_annotated_folder(parameter: Parameter) -> bool:
    types = _words_of_type(parameter)
    return not _is_other(parameter) and types[:1] in (["path"], ["pathlike"])


def _is_path_type(parameter: Parameter) -> bool:
    types = _words_of_type(parameter)
    return "path" in types and "str" not in types


def _is_sequence(types: list[str]) -> bool:
    return any(word in _SEQUENCES for word in types)


def _is_other(parameter: Parameter, of_kind: Collection[str] = ()) -> bool:
    return not (_words(parameter) - set(of_kind)).isdisjoint(_OTHER_WORDS)


def _words_of_kind(synth: dict[str, Any]) -> set[str]:
    return _WORDS_BY_KIND.get(synth["kind"], set())


def _is_count(parameter: Parameter) -> bool:
    return not _words(parameter).isdisjoint(_COUNT_WORDS)


def _is_item_count(parameter: Parameter) -> bool:
    return _is_count(parameter) and (
        parameter.name.lower() == "n" or not _words(parameter).isdisjoint({"images", "items", "samples", "files"})
    )


def _is_class_count(parameter: Parameter) -> bool:
    return _is_count(parameter) and not _words(parameter).isdisjoint({"classes", "labels"})


def _is_labels(parameter: Parameter) -> bool:
    return not _words(parameter).isdisjoint(_LABEL_WORDS) and not _is_count(parameter)


def _words(parameter: Parameter) -> set[str]:
    return set(parameter.name.lower().split("_"))


def _words_of_type(parameter: Parameter) -> list[str]:
    """The names in an annotation, small letters: ``["list", "str"]``."""
    text = "".join(letter if letter.isalnum() or letter == "_" else " " for letter in parameter.annotation)
    return [word for word in text.lower().split() if word not in {"none", "typing", "os", "np", "numpy", "pathlib"}]


def _labels(parameter: Parameter, synth: dict[str, Any]) -> tuple[Any, str]:
    import sys

    labels: Any = list(synth["labels"])
    text = f"list of {synth['n']} labels from 0 to {synth['classes'] - 1}"
    numpy: Any = sys.modules.get("numpy")
    types = _words_of_type(parameter)
    if "arrays" in synth:
        return _array(synth["arrays"]["labels"]), text.replace("list", "array")
    if numpy is not None and ("ndarray" in types or "arraylike" in types):
        return numpy.asarray(labels), text.replace("list", "array")
    return labels, text


def _size(parameter: Parameter, synth: dict[str, Any]) -> tuple[Any, str]:
    height, width = synth["size"]
    value: Any = min(height, width) if _words_of_type(parameter) == ["int"] else (height, width)
    return value, f"{value}"


def _shape(_: Parameter, synth: dict[str, Any]) -> tuple[Any, str]:
    shape = tuple(synth["shape"]) if "shape" in synth else (*synth["size"], synth.get("channels", 3))
    return shape, f"{shape}"


def _class_folders(synth: dict[str, Any]) -> list[str]:
    return sorted({os.path.basename(os.path.dirname(file)) for file in synth["files"]})


def _fixed(value: object) -> Callable[[Parameter, dict[str, Any]], tuple[Any, str]]:
    return lambda _parameter, _synth: (value, repr(value))


def _one_of(names: set[str]) -> Callable[[Parameter], bool]:
    return lambda parameter: parameter.name.lower() in names


def _field(name: str) -> Callable[[Parameter, dict[str, Any]], tuple[Any, str]]:
    return lambda _parameter, synth: (synth[name], str(synth[name]))


def _edge(index: int) -> Callable[[Parameter, dict[str, Any]], tuple[Any, str]]:
    return lambda _parameter, synth: (synth["size"][index], str(synth["size"][index]))


_Choice = tuple["Callable[[Parameter], bool]", "Callable[[Parameter, dict[str, Any]], tuple[Any, str]]", "str | None"]
# The third of each is what must have been made for it.
_CHOICES: tuple[_Choice, ...] = (
    (_one_of(_BATCH_NAMES), _fixed(BATCH_SIZE), None),
    (_one_of(_SIZE_NAMES), _size, "size"),
    (_one_of(_SHAPE_NAMES), _shape, "shape"),
    (_one_of(_SHAPE_NAMES), _shape, "size"),
    (_one_of(_HEIGHT_NAMES), _edge(0), "size"),
    (_one_of(_WIDTH_NAMES), _edge(1), "size"),
    (_is_class_count, _field("classes"), None),
    (_is_labels, _labels, None),
    (_one_of({"channels", "n_channels", "num_channels"}), _field("channels"), "channels"),
    (_one_of(_RATE_NAMES), _field("rate"), "rate"),
    (_one_of({"class_names"}), lambda _, synth: (_class_folders(synth), "the names of the class folders"), None),
    (_one_of({"random_seed", "random_state", "seed"}), _fixed(0), None),
    (_one_of({"augment", "shuffle"}), _fixed(False), None),
)
