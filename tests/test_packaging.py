"""What is installed is whole, says its version truly, and starts without anything heavy."""

import configparser
import importlib.metadata
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

import genaudit
from genaudit.version import DISTRIBUTION
from tests.readme import ROOT
from tests.real_run import Scratch

HEAVY = {
    "PIL",
    "bokeh",
    "concurrent.futures",
    "dask",
    "distributed",
    "jinja2",
    "matplotlib",
    "memory_profiler",
    "memray",
    "msgspec",
    "numpy",
    "psutil",
    "rich",
    "scipy",
    "tensorflow",
    "torch",
}


@pytest.fixture(scope="module")
def setup_cfg() -> configparser.ConfigParser:
    """The metadata as written."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def test_version_is_that_of_the_installation() -> None:
    """A stale installation would test other code than the one that is here."""
    assert importlib.metadata.version("genaudit") == genaudit.__version__


def test_the_name_is_that_of_the_metadata(setup_cfg: configparser.ConfigParser) -> None:
    """What messages tell users to install is what is built here, with extras that it has."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "genaudit").rglob("*.py")]
    extras = {extra for text in texts for extra in re.findall(r"install_command\(['\"](\w+)", text)}

    assert setup_cfg["metadata"]["name"] == DISTRIBUTION
    assert "report" in extras
    assert extras <= set(setup_cfg["options.extras_require"])


def test_pages_install_extras_that_there_are(setup_cfg: configparser.ConfigParser) -> None:
    """By the name that pip knows, in the README and in the documentation."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    told = [name for page in pages for name in re.findall(r"([\w.-]+)\[([a-z]+)\]'", page.read_text(encoding="utf-8"))]

    assert {(DISTRIBUTION, "fix"), ("PATH_TO_A_CLONE", "report")} <= set(told)
    names = {DISTRIBUTION, "PATH_TO_A_CLONE", ".", "dask"}
    assert [(name, extra) for name, extra in told if name not in names] == []
    assert {extra for name, extra in told if name != "dask"} <= set(setup_cfg["options.extras_require"])


def test_changelog_has_the_version_or_is_open() -> None:
    """Users find what is new under a heading."""
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)

    assert "Unreleased" in headings or genaudit.__version__ in headings


def test_supported_pythons_agree(setup_cfg: configparser.ConfigParser) -> None:
    """Metadata, lint and CI name the same versions."""
    minors = re.findall(r"Python :: (3\.\d+)", setup_cfg["metadata"]["classifiers"])

    assert setup_cfg["options"]["python_requires"] == f">={minors[0]}"
    assert f'supported="{" ".join(minors)}"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f'target-version = "py{minors[0].replace(".", "")}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"Python {minors[0]} to {minors[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_dependency_has_a_reason(setup_cfg: configparser.ConfigParser) -> None:
    """Each package that is installed, with or without an extra, has its line in the documentation."""
    required = setup_cfg["options"]["install_requires"] + "".join(setup_cfg["options.extras_require"].values())
    names = set(re.findall(r"^([\w-]+)", required, re.M))
    reasons = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    # The same package under the name that carries no GPU code, and type stubs of a package that has its line.
    names -= {"tensorflow-cpu", "types-psutil"}

    assert {name for name in names if not re.search(rf"^\|.*\b{name}\b.*\|", reasons, re.M)} == set()


def test_every_folder_is_a_package() -> None:
    """A folder without ``__init__.py`` works in a clone and may be missing from an installation, its data too."""
    for top in ("genaudit", "sample_generators"):
        files = (path for path in (ROOT / top).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        folders = {path.parent for path in files}

        assert {folder for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_every_file_of_data_is_shipped(setup_cfg: configparser.ConfigParser) -> None:
    """Templates, styles, scripts, schemas, ``py.typed``: each matches a pattern of the package data."""
    patterns = setup_cfg["options.package_data"]["genaudit"].split()
    package = ROOT / "genaudit"
    files = [
        path.relative_to(package)
        for path in package.rglob("*")
        # A test that compares with a file leaves what it got beside it, as .new.
        if path.is_file() and path.suffix not in {".py", ".pyc", ".new"} and "__pycache__" not in path.parts
    ]

    assert Path("py.typed") in files
    unmatched = [str(file) for file in files if not any(_matches(file, pattern) for pattern in patterns)]
    assert unmatched == []


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["completion", "bash"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    """What is imported at start is paid for by every call, tab completion included."""
    code = (
        "import sys\n"
        "from genaudit.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)

    assert done.stdout.strip()
    assert HEAVY & set(done.stderr.split()) == set()


def test_importing_genaudit_imports_nothing_heavy() -> None:
    """The process that measures a target passes through the package too."""
    code = "import sys, genaudit; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert HEAVY & set(done.stdout.split()) == set()
    assert "click" not in done.stdout.split()


def test_python_starts_with_nothing_of_ours() -> None:
    """A clone is one line of a .pth file: what finds packages one by one would be in each child, before its target."""
    code = "import sys; print(*sys.modules, *map(str, sys.meta_path))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "genaudit" not in done.stdout


def test_an_audit_that_draws_nothing_imports_no_arrays(tmp_path: Path) -> None:
    """Slopes and laws are of few points: numpy alone would take a fifth of such a run."""
    scratch = Scratch(tmp_path)
    scratch.write("data.py", "def batches(n=64):\n    kept = [bytes(4096) for _ in range(n)]\n    yield from kept\n")

    done = scratch.run(
        *("run", "data.py:batches", "--write", "json", "-q"),
        after="import sys; print('imported:', *sys.modules)",
    )

    assert done.code == 1
    imported = done.out.partition("imported:")[2].split()
    assert "msgspec" in imported
    assert {"numpy", "bokeh", "matplotlib", "jinja2"} & set(imported) == set()


def _matches(file: Path, pattern: str) -> bool:
    folder, slash, name = pattern.rpartition("/")
    return fnmatch(file.name, name) if folder == "**" and slash else fnmatch(str(file), pattern)
