"""What releases are made with: workflows, the recipe for conda, the container file, and the links of what is built."""

import configparser
import json
import re
import runpy
import shlex
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

import genaudit
from tests.readme import ROOT

CONDA_NAMES = {"memory-profiler": "memory_profiler", "msgspec": "msgspec-python", "matplotlib": "matplotlib-base"}
"""What conda calls a package that pip has under another name."""
ADDRESS = runpy.run_path(str(ROOT / ".ci" / "address"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def workflow(name: str) -> Any:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8").replace("\non:", '\n"on":'))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_one(path: Path) -> None:
    """By the schema of GitHub; no expression reaches a shell but through a variable."""
    jsonschema = pytest.importorskip("jsonschema")
    package = pytest.importorskip("check_jsonschema")
    schema = json.loads((resources.files(package) / "builtin_schemas/vendor/github-workflows.json").read_text("utf-8"))
    made = workflow(path.name)

    jsonschema.validate(made, schema)
    assert [step for job in made["jobs"].values() for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_only_what_is_checked_is_published() -> None:
    """By the index's trust in the workflow, and without a password; no job may do more than its own part."""
    made = workflow("release.yml")
    jobs = made["jobs"]

    assert any(".ci/packages" in step.get("run", "") for step in jobs["build"]["steps"])
    assert made["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert (jobs["publish"]["needs"], jobs["publish"]["environment"]) == ("build", "pypi")
    assert {job["needs"] for name, job in jobs.items() if name not in {"build", "publish"}} == {"publish"}
    assert "secrets." not in (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")


def test_the_packages_are_used_under_every_python() -> None:
    """Those that the metadata names."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    minors = re.findall(r"Python :: (3\.\d+)", setup["metadata"]["classifiers"])
    jobs = workflow("ci.yml")["jobs"]

    for name in ("run", "packages"):
        (given,) = (
            step["with"]["python-version"] for step in jobs[name]["steps"] if "setup-python" in str(step.get("uses"))
        )
        assert sorted(given.split()) == sorted(minors)
    used = " ".join(step.get("run", "") for step in jobs["packages"]["steps"])
    assert re.findall(r"python(3\.\d+)\)", used) == minors


def test_the_recipe_needs_what_the_package_needs() -> None:
    """The core in one package, and what draws in the other, in the version of today."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    recipe = yaml.safe_load((ROOT / "packaging" / "conda" / "recipe.yaml").read_text("utf-8"))
    core, drawn = recipe["outputs"]

    def named(text: str) -> set[str]:
        lines = [line.partition(";")[0].replace(">=", " >=") for line in text.split("\n") if line]
        return {" ".join([CONDA_NAMES.get(name, name), *rest]) for name, *rest in map(shlex.split, lines)}

    assert recipe["context"]["version"] == genaudit.__version__
    assert set(core["requirements"]["run"]) - {f"python {setup['options']['python_requires']}"} == named(
        setup["options"]["install_requires"]
    )
    assert set(drawn["requirements"]["run"][1:]) == named(setup["options.extras_require"]["report"])
    assert [f"{setup['options.entry_points']['console_scripts'].strip()}"] == core["build"]["python"]["entry_points"]


def test_the_image_is_built_from_what_is_there() -> None:
    """Each file that it copies, and nothing that a wheel can be built without."""
    text = (ROOT / "packaging" / "Containerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (?!--)(.+)$", text, re.M) for word in line.split()[:-1]]

    assert {"setup.py", "setup.cfg", "genaudit", "sample_generators"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("git@host:someone/genaudit.git", "https://host/someone/genaudit"),
        ("ssh://git@host/someone/genaudit", "https://host/someone/genaudit"),
        ("https://me:secret@host/someone/genaudit.git/", "https://host/someone/genaudit"),
        ("/srv/git/genaudit", ""),
        ("", ""),
    ],
)
def test_the_page_of_a_repository(address: str, page: str) -> None:
    """As a browser has it, without anybody's password; a folder has none."""
    assert ADDRESS["page_of"](address) == page


def test_links_of_what_is_built() -> None:
    """Files and pictures are in the repository; other links stay; without a repository words are left."""
    text = "[a](docs/a.md) ![b](docs/b.png) [c](https://c) [d](#d)"

    assert ADDRESS["readme_at"](text, "https://host/x", "v1") == (
        "[a](https://host/x/blob/v1/docs/a.md) ![b](https://host/x/raw/v1/docs/b.png) [c](https://c) [d](#d)"
    )
    assert ADDRESS["readme_at"](text, "", "v1") == "a b [c](https://c) [d](#d)"
