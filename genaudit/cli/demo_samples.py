"""The sample generators that ``genaudit demo`` audits: found and described by their source text, none is imported."""

import ast
import difflib
import importlib.util
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

from genaudit.errors import InternalError, UsageError

PACKAGE = "sample_generators"
_PACKAGES = {
    "cv2": "opencv-python-headless",
    "dask": "'dask[array]'",
    "keras": "keras",
    "scipy": "scipy",
    "tensorflow": "tensorflow-cpu",
}
"""What is installed to import a module of another name, or more than the name installs."""
_BESIDE = {"tensorflow.keras.preprocessing.image": ["scipy"]}
"""What a module of a library needs only when it is used."""


class Sample(NamedTuple):
    """A sample generator.

    ``words`` is the command that its user types, ``expect`` what must be found, ``imports`` the libraries it needs.
    """

    name: str
    path: Path
    summary: str
    words: list[str]
    expect: dict[str, str]
    imports: list[str]

    @property
    def verdict(self) -> str:
        """What an audit must say."""
        return "fail" if self.expect else "pass"

    @property
    def missing(self) -> list[str]:
        """What is not installed here, by the names that pip knows."""
        return [_PACKAGES.get(name, name) for name in self.imports if importlib.util.find_spec(name) is None]


def samples() -> list[Sample]:
    """All samples, those of one system together.

    Raises:
        InternalError: The installation lacks them.
    """
    folder = _folder()
    paths = [path for path in folder.glob("*.py") if path.stem != "__init__"]
    paths += [path for path in folder.glob("*/*.py") if path.stem != "__init__"]
    return [_read(path, folder) for path in sorted(paths, key=lambda path: (len(path.parts), path))]


def chosen(name: str) -> list[Sample]:
    """The sample of a name, or all of a system, lazy ones first.

    Raises:
        UsageError: There is none, or what it needs is not installed.
    """
    name = name.strip().replace(".", "/").removeprefix(f"{PACKAGE}/").strip("/")
    known = samples()
    found = [sample for sample in known if sample.name == name or sample.name.startswith(f"{name}/")]
    if not found:
        names = [*dict.fromkeys(sample.name.partition("/")[0] for sample in known), *(s.name for s in known)]
        near = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
        raise UsageError(
            f"there is no sample {name!r}",
            slug="unknown-sample",
            hint=(f"did you mean {' or '.join(near)}? " if near else "") + "genaudit demo --list tells all",
        )
    missing = list(dict.fromkeys(package for sample in found for package in sample.missing))
    if missing:
        raise UsageError(
            f"the sample {name} needs what is not installed here",
            slug="sample-needs",
            hint=f"{_pip()} install {' '.join(missing)}",
        )
    return sorted(found, key=lambda sample: sample.verdict != "pass")


def systems() -> dict[str, str]:
    """What each folder of samples is about."""
    folder = _folder()
    return {
        path.parent.name: _summary(ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/__init__.py"))
    }


def _folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or []) if spec is not None else []
    if not places:
        raise InternalError(
            f"the samples are missing from this installation: there is no package {PACKAGE}",
            slug="no-samples",
            hint="install genaudit again, from a whole clone",
        )
    return Path(places[0])


def _read(path: Path, folder: Path) -> Sample:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if names and names[0] in {"RUN", "EXPECT"}:
            values[names[0]] = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
    return Sample(
        name=path.relative_to(folder).with_suffix("").as_posix(),
        path=path,
        summary=_summary(tree),
        words=shlex.split(values["RUN"]),
        expect=values["EXPECT"],
        imports=_imports(tree),
    )


def _summary(tree: ast.Module) -> str:
    return (ast.get_docstring(tree) or "").partition("\n")[0].replace("``", "")


def _imports(tree: ast.Module) -> list[str]:
    """The packages that are imported and are no part of Python, NumPy and Pillow left out, which genaudit needs too."""
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *_BESIDE.get(node.module, [])]
    tops = dict.fromkeys(name.partition(".")[0] for name in names)
    return [top for top in tops if top not in sys.stdlib_module_names and top not in {"numpy", "PIL"}]


def _pip() -> str:
    """The pip of the Python that runs this, as short as it may be typed."""
    return "pip" if sys.prefix == sys.base_prefix else f"{sys.executable} -m pip"
