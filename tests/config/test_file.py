"""The configuration of a project: which file counts, what it may say, and where it is wrong."""

from pathlib import Path

import pytest

from genaudit.config.file import Configuration, find, load
from genaudit.errors import UsageError

PYPROJECT = """\
[project]
name = "shop"

[tool.genaudit]
targets = ["data:train_gen", "data:valid_gen"]
batches = 40
fail-on = "warn"
tolerance = "10%"

[tool.genaudit.arguments]
batch_size = 32

[tool.genaudit.budgets]
growth = "64KiB/batch"
peak = {max = "2GiB", level = "warn", tolerance = "20%"}

[tool.genaudit.target."data:train_gen"]
batches = 80
arguments = {image_paths = "glob:data/*.jpg"}

[tool.genaudit.target."data:train_gen".budgets]
growth = "8KiB/batch"
forecast = {items = 50000, max = "8GiB"}
"""
SETUP_CFG = """\
[metadata]
name = shop

[genaudit]
targets =
    data:train_gen
    data:Loader(8).flow(batch_size=4)
batches = 40
strict = yes
memory-limit = 2GiB
budgets.growth = 64KiB/batch
budgets.open-files = 20
arguments.batch_size = 32
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the root of a repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def here(project: Path, name: str, text: str) -> Configuration:
    (project / name).write_text(text, encoding="utf-8")
    return load(project, variables={})


def refused(project: Path, name: str, text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        here(project, name, text)
    return caught.value


def test_pyproject(project: Path) -> None:
    """A target's own table wins over what holds for all, key by key."""
    configuration = here(project, "pyproject.toml", PYPROJECT)
    train, valid = (configuration.settings(target) for target in configuration.targets)

    assert (train.values["batches"], valid.values["batches"]) == (80, 40)
    assert train.arguments == {"batch_size": 32, "image_paths": "glob:data/*.jpg"}
    assert valid.arguments == {"batch_size": 32}
    assert (train.budgets["growth"].limit or 0) != (valid.budgets["growth"].limit or 0)
    assert train.budgets["forecast"].items == 50_000
    assert "forecast" not in valid.budgets
    assert train.budgets["peak"].tolerance == pytest.approx(0.2)
    assert train.values["tolerance"] == pytest.approx(0.1)


def test_setup_cfg_says_the_same_in_scalars(project: Path) -> None:
    configuration = here(project, "setup.cfg", SETUP_CFG)
    settings = configuration.settings("data:train_gen")

    assert configuration.targets == ["data:train_gen", "data:Loader(8).flow(batch_size=4)"]
    assert settings.values["strict"] is True
    assert settings.values["memory-limit"] == 2 * 2**30
    assert settings.arguments == {"batch_size": 32}
    assert settings.budgets["growth"].text == "64KiB/batch"
    assert settings.budgets["open-files"].limit is not None


def test_a_target_with_literals_has_the_table_of_its_name(project: Path) -> None:
    configuration = here(project, "genaudit.toml", '[target."data:gen"]\nbatches = 7\n')

    assert configuration.settings("data:gen(batch_size=4)").values["batches"] == 7


def test_the_nearest_file_counts_alone(project: Path) -> None:
    """From a folder upwards; of one folder genaudit.toml, and nothing is merged."""
    (project / "pyproject.toml").write_text(PYPROJECT)
    inner = project / "a" / "b"
    inner.mkdir(parents=True)

    assert find(inner) == project / "pyproject.toml"
    (project / "a" / "setup.cfg").write_text("[genaudit]\nbatches = 3\n")
    assert load(inner, variables={}).general.values == {"batches": 3}
    (project / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert find(inner) == project / "a" / "setup.cfg"
    (project / "a" / "genaudit.toml").write_text("batches = 4\n")
    assert load(inner, variables={}).general.values == {"batches": 4}


def test_the_search_ends_at_the_root_of_the_repository(project: Path) -> None:
    (project / "genaudit.toml").write_text("batches = 4\n")
    nested = project / "vendored"
    (nested / ".git").mkdir(parents=True)

    assert find(nested) is None


def test_isolated_and_named_files(project: Path) -> None:
    (project / "genaudit.toml").write_text("batches = 4\n")
    (project / "other.toml").write_text("batches = 5\n")

    assert load(project, isolated=True, variables={}).general.values == {}
    assert load(project, config=project / "other.toml", variables={}).general.values == {"batches": 5}
    with pytest.raises(UsageError, match="no configuration"):
        load(project, config=project / "missing.toml", variables={})


def test_variables_win_over_the_file(project: Path) -> None:
    """Also over what the file says for one target."""
    (project / "pyproject.toml").write_text(PYPROJECT)
    variables = {"GENAUDIT_BATCHES": "12", "GENAUDIT_STRICT": "1", "GENAUDIT_TRIAL": "x", "HOME": "/"}
    configuration = load(project, variables=variables)

    assert configuration.settings("data:train_gen").values["batches"] == 12
    assert configuration.settings("data:valid_gen").values["strict"] is True


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"GENAUDIT_BATCHS": "12"}, "did you mean GENAUDIT_BATCHES?"),
        ({"GENAUDIT_TIMEOUT": "5x"}, "5m"),
        ({"GENAUDIT_MEMORY_LIMIT": "2gb"}, "did you mean 2GiB?"),
    ],
)
def test_wrong_variables(project: Path, variables: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(project, variables=variables)

    assert told in caught.value.hint
    assert next(iter(variables)) in caught.value.message


@pytest.mark.parametrize(
    ("name", "text", "place", "hint"),
    [
        ("genaudit.toml", "batches = 4\nbatchs = 3\n", "genaudit.toml:2:", "did you mean batches?"),
        ("genaudit.toml", "max_batches = 3\n", "genaudit.toml:1:", "did you mean max-batches?"),
        ("genaudit.toml", '[budgets]\n\n# why\ngrowht = "1B/batch"\n', "genaudit.toml:4:", "did you mean growth?"),
        ("genaudit.toml", "a.b = 1\n", "genaudit.toml:1:", "known:"),
        (
            "genaudit.toml",
            '[target."a:b".budgets]\npeak = "1MiB"\n\n[target."a:c".budgets]\npeak = "2gb"\n',
            "genaudit.toml:5:",
            "did you mean 2GiB?",
        ),
        (
            "genaudit.toml",
            'targets = [\n    "a:b",\n]\nbudgets = {growth = "1MiB"}\n',
            "genaudit.toml:4:",
            "did you mean 1MiB/batch?",
        ),
        ("pyproject.toml", "[tool.genaudit]\nbatches = true\n", "pyproject.toml:2:", ""),
        ("pyproject.toml", "[tool.genaudit]\nbatches = 0\n", "pyproject.toml:2:", ""),
        ("pyproject.toml", '[tool.genaudit]\ntargets = "a:b"\n', "pyproject.toml:2:", "data:train_gen"),
        ("pyproject.toml", '[tool.genaudit]\n[tool.genaudit.target."a:b"]\nbaseline = "x"\n', "pyproject.toml:3:", ""),
        ("setup.cfg", "[genaudit]\nbatchs = 3\n", "setup.cfg:2:", "did you mean batches?"),
        ("setup.cfg", "[genaudit]\nbudgets.peak = 2gb\n", "setup.cfg:2:", "did you mean 2GiB?"),
        ("setup.cfg", "[x]\nbatches = a\n[genaudit]\nbatches = a\n", "setup.cfg:4:", ""),
    ],
)
def test_errors_name_the_line(project: Path, name: str, text: str, place: str, hint: str) -> None:
    error = refused(project, name, text)

    assert error.message.startswith(place)
    assert hint in error.hint
    assert error.exit_code == 2


@pytest.mark.parametrize(
    ("budget", "told"),
    [
        ('peak = {max = "1GiB", levle = "warn"}', "levle"),
        ('peak = {max = "1GiB", level = "loud"}', "loud"),
        ('forecast = "8GiB"', "items = 50000"),
        ('forecast = {max = "8GiB"}', "items = 50000"),
        ('scaling = "flat"', "constant"),
        ("scaling = 20", "exponent"),
        ('open-files = "10"', "number of files"),
        ("open-files = -1", "number of files"),
        ("open-files = true", "number of files"),
        ('workers = "4"', "no unit"),
        ('time-to-first-batch = "2s"', "unit"),
    ],
)
def test_wrong_budgets(project: Path, budget: str, told: str) -> None:
    error = refused(project, "genaudit.toml", f"[budgets]\n{budget}\n")

    assert error.message.startswith("genaudit.toml:2: budgets.")
    assert told in error.message + error.hint


def test_a_broken_file_is_told_with_its_place(project: Path) -> None:
    assert "line 2" in refused(project, "genaudit.toml", "batches = 4\nbatches == 3\n").message
    assert "not utf" in refused_bytes(project).lower() or "utf-8" in refused_bytes(project)


def refused_bytes(project: Path) -> str:
    (project / "genaudit.toml").write_bytes(b"batches = 4 # \xff\n")
    with pytest.raises(UsageError) as caught:
        load(project, variables={})
    return caught.value.message
