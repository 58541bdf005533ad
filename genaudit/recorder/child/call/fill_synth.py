"""Gives a made data set to a callable that got no arguments, by the names and annotations of its parameters."""

from __future__ import annotations

import os

from genaudit.recorder.child.call.signature import MISSING, Binding, Parameter
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
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


class Filled:
    """What was filled in.

    ``texts`` says it by parameter, for the report; ``dataset`` is the parameter that got the data set; ``counts``
    are the parameters that got its size, and must follow it.
    """

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self.texts: dict[str, str] = {}
        self.counts: list[str] = []


def fill(binding: Binding, synth: dict[str, Any], dataset: str | None) -> Filled:
    """Give the made data set, and what goes with it, to the parameters that have no value.

    Args:
        binding: Collected values; what is filled in is added to it.
        synth: ``directory``, ``files``, ``labels``, ``classes``, ``size`` and ``n`` of the made data set.
        dataset: The parameter to get the data set, where the user named it.

    Raises:
        Refusal: No parameter can take the data set.
    """
    chosen = _dataset_parameter(binding, dataset)
    if chosen is None:
        raise Refusal(
            f"--synth found no parameter that takes files or a directory\n  {binding.signature}",
            slug="synth-no-parameter",
            hint="name it: --dataset NAME; or leave --synth out if the generator has data of its own",
            exit_code=USAGE,
        )
    filled = Filled(chosen.name)
    _give_data(binding, filled, chosen, synth)
    for parameter in binding.missing():
        if _is_folder(parameter) or _is_files(parameter):
            # The folder that a list of files is relative to, or the files of a folder.
            _give_data(binding, filled, parameter, synth)
            continue
        for fits, make in _CHOICES:
            if fits(parameter):
                value, text = make(parameter, synth)
                binding.replace(parameter.name, value)
                filled.texts[parameter.name] = text
                break
        else:
            if _is_item_count(parameter):
                binding.replace(parameter.name, synth["n"])
                filled.counts.append(parameter.name)
                filled.texts[parameter.name] = "the number of images"
    return filled


def _dataset_parameter(binding: Binding, dataset: str | None) -> Parameter | None:
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
        for fits in (_is_files, _is_folder, _is_annotated_files, _is_annotated_folder):
            for parameter in candidates:
                if fits(parameter):
                    return parameter
    texts = [parameter for parameter in missing if _words_of_type(parameter) == ["str"] and not _is_other(parameter)]
    return texts[0] if len(texts) == 1 else None


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
    as_path = _is_path_type(parameter)
    if _is_folder(parameter) or (not _is_files(parameter) and not _is_annotated_files(parameter)):
        binding.replace(parameter.name, _path(synth["directory"]) if as_path else synth["directory"])
        filled.texts[parameter.name] = f"directory of {synth['n']} made images in {synth['classes']} class folders"
        return
    files = [_path(file) for file in synth["files"]] if as_path else list(synth["files"])
    in_tuple = _words_of_type(parameter)[:1] == ["tuple"]
    binding.replace(parameter.name, tuple(files) if in_tuple else files)
    filled.texts[parameter.name] = f"{'tuple' if in_tuple else 'list'} of {synth['n']} paths of made images"


def _path(text: str) -> os.PathLike[str]:
    with OwnImports():
        import pathlib
    return pathlib.Path(text)


def _is_files(parameter: Parameter) -> bool:
    """A name that says: several files. An annotation that says otherwise is stronger."""
    words = _words(parameter)
    named = not words.isdisjoint(_FILE_WORDS) and not words.isdisjoint(_PLURAL_WORDS)
    if not (named or parameter.name.lower() == "filelist") or _is_other(parameter) or _is_count(parameter):
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


def _is_other(parameter: Parameter) -> bool:
    return not _words(parameter).isdisjoint(_OTHER_WORDS)


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
    if numpy is not None and ("ndarray" in types or "arraylike" in types):
        return numpy.asarray(labels), text.replace("list", "array")
    return labels, text


def _size(parameter: Parameter, synth: dict[str, Any]) -> tuple[Any, str]:
    height, width = synth["size"]
    value: Any = min(height, width) if _words_of_type(parameter) == ["int"] else (height, width)
    return value, f"{value}"


def _shape(_: Parameter, synth: dict[str, Any]) -> tuple[Any, str]:
    shape = (*synth["size"], 3)
    return shape, f"{shape}"


def _class_folders(synth: dict[str, Any]) -> list[str]:
    return sorted({os.path.basename(os.path.dirname(file)) for file in synth["files"]})


def _fixed(value: object) -> Callable[[Parameter, dict[str, Any]], tuple[Any, str]]:
    return lambda _parameter, _synth: (value, repr(value))


def _one_of(names: set[str]) -> Callable[[Parameter], bool]:
    return lambda parameter: parameter.name.lower() in names


_CHOICES: tuple[tuple[Callable[[Parameter], bool], Callable[[Parameter, dict[str, Any]], tuple[Any, str]]], ...] = (
    (_one_of(_BATCH_NAMES), _fixed(BATCH_SIZE)),
    (_one_of(_SIZE_NAMES), _size),
    (_one_of(_SHAPE_NAMES), _shape),
    (_one_of(_HEIGHT_NAMES), lambda _, synth: (synth["size"][0], str(synth["size"][0]))),
    (_one_of(_WIDTH_NAMES), lambda _, synth: (synth["size"][1], str(synth["size"][1]))),
    (_is_class_count, lambda _, synth: (synth["classes"], str(synth["classes"]))),
    (_is_labels, _labels),
    (_one_of({"channels", "n_channels", "num_channels"}), _fixed(3)),
    (_one_of({"class_names"}), lambda _, synth: (_class_folders(synth), "the names of the class folders")),
    (_one_of({"random_seed", "random_state", "seed"}), _fixed(0)),
    (_one_of({"augment", "shuffle"}), _fixed(False)),
)
