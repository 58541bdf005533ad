"""The sample generators that ``genaudit demo`` audits: found and described by their source text, none is imported."""

import ast
import difflib
import importlib.util
import shlex
import sys
from pathlib import Path
from typing import NamedTuple

import genaudit
from genaudit.cli.support.say import say
from genaudit.errors import InternalError, UsageError
from genaudit.writing import make_folders, write_whole

PACKAGE = "sample_generators"
"""What the samples are called where their user has them: in a clone, or copied by the demo of an installation."""
INSTALLED = "samples"
"""The package below genaudit that has them in an installation."""
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


def own(wanted: list[Sample], out: Path) -> list[Sample]:
    """The samples as files of the user's, to look at, to fix and to change: those of an installation are copied.

    What is installed is a library to an audit, and its lines are not blamed. A copy that was changed stays as it is.

    Args:
        wanted: Those that are audited.
        out: The reports folder; the copies go below it.

    Raises:
        UsageError: They cannot be written.
    """
    folder = _folder()
    if folder.name != INSTALLED:
        return wanted
    copies = out / PACKAGE
    for path in folder.rglob("*.py"):
        copy = copies / path.relative_to(folder)
        make_folders(copy.parent)
        if not copy.exists():
            write_whole(copy, path.read_bytes())
    return [_at(sample, copies / sample.path.relative_to(folder)) for sample in wanted]


def _at(sample: Sample, copy: Path) -> Sample:
    """The sample in its copy."""
    if copy.read_bytes() != sample.path.read_bytes():
        say(f"{copy} is audited as it is there, not as it was installed; delete it to have that again")
    run, command, target, *options = sample.words
    return sample._replace(path=copy, words=[run, command, f"{copy}:{target.partition(':')[2]}", *options])


def systems() -> dict[str, str]:
    """What each folder of samples is about."""
    folder = _folder()
    return {
        path.parent.name: _summary(ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/__init__.py"))
    }


def _folder() -> Path:
    package = Path(genaudit.__file__).parent
    for folder in (package / INSTALLED, package.parent / PACKAGE):
        if any(folder.glob("[!_]*.py")):
            return folder
    raise InternalError(
        f"the samples are missing from this installation: {package / INSTALLED} has none",
        slug="no-samples",
        hint="install genaudit again, from a whole clone",
    )


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
