"""The generators and data sets of a project, found by reading its code; nothing is imported."""

import ast
import re
from pathlib import Path

import msgspec

from genaudit.lint import subjects
from genaudit.lint.files import discover
from genaudit.lint.files.module import Module
from genaudit.lint.files.project import Project
from genaudit.lint.files.source import read_source

_ELSEWHERE = {"tests", "test", "docs", "doc", "examples", "benchmarks", "scripts", "migrations"}
_NAME = re.compile(r"batch|generat|load|data|stream|sampl|train|augment|sequence", re.I)
_DATA = re.compile(
    r"(^|_)(paths?|files?|filenames?|images?|imgs?|data|dataset|directory|dir|folder|root|df|frame)$", re.I
)
_FILES = re.compile(r"(^|_)(paths?|files?|filenames?|images?|imgs?|directory|dir|folder|root)$", re.I)
_SIZE = re.compile(r"batch_?size|^bs$|image_?size|shape|shuffle", re.I)
_LIBRARIES = {"numpy", "PIL", "cv2", "tensorflow", "keras", "torch", "h5py", "pandas", "imageio", "skimage"}
LIKELY = 3


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A target that a project may want to gate."""

    target: str
    path: str
    line: int
    required: list[str]
    """Parameters without a default."""
    takes_files: bool
    """A required parameter is named like files or a folder, so made images may be passed."""
    score: int


def candidates(root: Path) -> list[Candidate]:
    """What makes batches in a folder, the likeliest first.

    Args:
        root: Where targets are imported from.
    """
    in_project = []
    paths = [path for path in discover.files([str(root)]) if path.endswith(".py")]
    project = Project(paths, lambda key: read_source(key, key))
    for key in paths:
        place = Path(key).relative_to(root.absolute())
        if _ELSEWHERE.intersection(place.parts[:-1]) or place.name.startswith(("test_", "conftest", "setup")):
            continue
        module = project.module(key)
        if module is not None:
            in_project += _of_module(module, project, place)
    likely = [candidate for candidate in in_project if candidate.score >= LIKELY]
    return sorted(likely, key=lambda candidate: (-candidate.score, candidate.path, candidate.line))


def _of_module(module: Module, project: Project, place: Path) -> list[Candidate]:
    rows = []
    for subject in subjects.find(module, project, with_driven=True):
        node = subject.node
        if subject.chain or subject.kind not in {"generator", "class", "pipeline"} or subject.name.startswith("_"):
            continue
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        parameters, required = _parameters(node)
        rows.append(
            Candidate(
                target=_target(place, subject.name),
                path=place.as_posix(),
                line=node.lineno,
                required=required,
                takes_files=any(_FILES.search(name) for name in required),
                score=_score(module, subject, parameters),
            )
        )
    return rows


def _score(module: Module, subject: subjects.Subject, parameters: list[str]) -> int:
    """How likely it is that batches of data are made, and not anything else."""
    libraries = {name.partition(".")[0] for name in module.imports.values()}
    return (
        2 * any(_DATA.search(name) for name in parameters)
        + 2 * any(_SIZE.search(name) for name in parameters)
        + bool(_NAME.search(subject.name))
        + bool(libraries & _LIBRARIES)
        + (subject.kind == "pipeline")
    )


def _parameters(node: ast.FunctionDef | ast.ClassDef) -> tuple[list[str], list[str]]:
    """Names of all parameters, and of those without a default; of a class its constructor's."""
    function = node if isinstance(node, ast.FunctionDef) else _constructor(node)
    if function is None:
        return [], []
    spec = function.args
    positional = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
    if isinstance(node, ast.ClassDef):
        positional = positional[1:]
    required = positional[: len(positional) - len(spec.defaults)] if spec.defaults else list(positional)
    keyword = [arg.arg for arg in spec.kwonlyargs]
    required += [name for name, default in zip(keyword, spec.kw_defaults, strict=True) if default is None]
    return positional + keyword, required


def _constructor(node: ast.ClassDef) -> ast.FunctionDef | None:
    methods = (statement for statement in node.body if isinstance(statement, ast.FunctionDef))
    return next((method for method in methods if method.name == "__init__"), None)


def _target(place: Path, name: str) -> str:
    """As a module where it can be imported from the folder, else as a file."""
    parts = place.with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    if parts and parts[0] != "src" and all(part.isidentifier() for part in parts):
        return f"{'.'.join(parts)}:{name}"
    return f"{place.as_posix()}:{name}"
