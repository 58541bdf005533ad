"""The sdist and the wheel, built once as a release builds them: what is in them, and that an installation works."""

import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

from tests.readme import ROOT

pytestmark = [pytest.mark.process, pytest.mark.slow]

ADDRESS = "git@example.org:someone/genaudit.git"
PAGE = "https://example.org/someone/genaudit"
BUILT_FROM = ("genaudit", "sample_generators")
BESIDE = (
    *("setup.cfg", "setup.py", "pyproject.toml", "MANIFEST.in"),
    *("README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"),
)
NO_PACKAGE = ("tests", "reports", "docs", "benchmarks")
BUILD = "import sys; from setuptools import build_meta as made; print(getattr(made, sys.argv[1])(sys.argv[2]))"


class Built(NamedTuple):
    """A release."""

    sdist: Path
    wheel: Path

    @property
    def names(self) -> set[str]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as wheel:
            return set(wheel.namelist())

    @property
    def metadata(self) -> email.message.Message:
        """What an index is told."""
        with zipfile.ZipFile(self.wheel) as wheel:
            (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            return email.message_from_bytes(wheel.read(name))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built from a copy of this tree, the wheel from the sdist."""
    folder = tmp_path_factory.mktemp("built")
    source, tools = folder / "source", folder / "tools"
    for name in BUILT_FROM:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.new"))
    for name in BESIDE:
        shutil.copy(ROOT / name, source / name)
    for name in NO_PACKAGE:
        (source / name).mkdir()
        (source / name / "__init__.py").touch()
        (source / name / "test_units.py").write_text("")
    subprocess.run([sys.executable, ROOT / ".ci" / "address", source, ADDRESS], check=True)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--target", tools, "setuptools>=68"]
    subprocess.run(install, check=True)

    def build(what: str, place: Path) -> Path:
        environment = {**os.environ, "PYTHONPATH": str(tools)}
        words = [sys.executable, "-c", BUILD, what, folder]
        done = subprocess.run(words, cwd=place, env=environment, check=True, capture_output=True, text=True)
        return folder / done.stdout.splitlines()[-1]

    sdist = build("build_sdist", source)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    return Built(sdist, build("build_wheel", unpacked))


def test_the_wheel_has_the_package_whole_and_nothing_else(built: Built) -> None:
    """Templates, styles, scripts and schemas too; no tests, no reports, nothing beside ``genaudit``."""
    files = (path for path in (ROOT / "genaudit").rglob("*") if path.is_file())
    made = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    expected = {name for name in made if not name.endswith((".new", ".pyc"))}
    got = {name for name in built.names if ".dist-info/" not in name}

    assert {name for name in got if not name.startswith("genaudit/samples/")} == expected
    assert {PurePosixPath(name).suffix for name in got} >= {".py", ".html", ".css", ".js", ".json"}


def test_the_samples_are_in_the_package(built: Built) -> None:
    """Each module, as it is in a clone; and there is no package of their own."""
    samples = {path.relative_to(ROOT / "sample_generators") for path in (ROOT / "sample_generators").rglob("*.py")}
    with zipfile.ZipFile(built.wheel) as wheel:
        for sample in samples:
            assert (
                wheel.read(f"genaudit/samples/{sample.as_posix()}")
                == (ROOT / "sample_generators" / sample).read_bytes()
            )
        (top,) = (name for name in wheel.namelist() if name.endswith("top_level.txt"))
        assert wheel.read(top).split() == [b"genaudit"]


def test_the_sdist_is_what_a_wheel_is_built_from(built: Built) -> None:
    """And what its readers look for; no tests and no reports."""
    with tarfile.open(built.sdist) as archive:
        paths = [PurePosixPath(name).parts for name in archive.getnames()]

    assert {parts[1] for parts in paths if len(parts) > 1} == {*BUILT_FROM, *BESIDE, "PKG-INFO", "genaudit.egg-info"}


def test_an_index_is_told_where_the_repository_is(built: Built) -> None:
    """The links of the README lead there too: an index has no files beside it."""
    urls = dict(url.split(", ") for url in built.metadata.get_all("Project-URL"))
    readme = str(built.metadata.get_payload())

    assert urls["Source"] == PAGE
    assert {"Homepage", "Documentation", "Changelog", "Issues"} <= set(urls)
    assert f"]({PAGE}/raw/v" in readme
    links = re.findall(r"\]\(([^)]+)\)", readme)
    assert links
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_the_core_does_not_draw(built: Built) -> None:
    """What draws comes with an extra."""
    needed = built.metadata.get_all("Requires-Dist")
    core = {re.split(r"[^\w-]", line)[0] for line in needed if "extra ==" not in line}

    assert not core & {"bokeh", "matplotlib", "pandas"}
    assert {line.split(";")[0].strip() for line in needed if 'extra == "report"' in line} == {
        "bokeh>=3.4",
        "matplotlib>=3.8",
    }


def test_an_installation_works_without_the_clone(built: Built, tmp_path: Path) -> None:
    """Installed as a copy, in a folder without sources, the demo reads its templates and finds its samples.

    It is the real demo: real files, real processes, both verdicts, and all reports of each sample.
    """
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, built.wheel]
    subprocess.run(install, check=True)

    # What comes first on the path wins over an installation that points to the clone.
    environment = {"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True)

    done = run("-m", "genaudit", "demo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "reports/sample_generators/inefficient.py:" in done.stdout
    assert "❯" in done.stdout
    assert "FAIL" in done.stdout
    assert "PASS" in done.stdout
    for name in ("report.html", "timeline.png", "report.json", "recording.json"):
        assert len(list((tmp_path / "reports").glob(f"*/{name}"))) == 2
    listed = run("-m", "genaudit", "demo", "--list")
    assert "\n  tf_data/cached " in listed.stdout
    # The samples of this installation, not those of the clone.
    paths = run(
        "-c", "from genaudit.cli.demo_samples import samples; print(*(s.path for s in samples()))"
    ).stdout.split()
    assert len(paths) == len(list((ROOT / "sample_generators").rglob("[!_]*.py")))
    assert all(Path(path).is_relative_to(site / "genaudit" / "samples") for path in paths)
    assert run("-c", "import genaudit.samples.efficient").returncode == 0
    # What the demo prints can be typed, and a copy that was changed is the user's.
    copy = tmp_path / "reports" / "sample_generators" / "inefficient.py"
    copy.write_text(copy.read_text() + "\nMINE = True\n")
    environment["GENAUDIT_WRITE"] = "json"
    again = run("-m", "genaudit", "demo", "inefficient", "-q")
    assert "inefficient.py is audited as it is there" in again.stderr
    assert copy.read_text().endswith("MINE = True\n")
