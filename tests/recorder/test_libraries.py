"""Which libraries a target imports for sure, in the order in which it does."""

from pathlib import Path

import pytest

from genaudit.recorder.libraries import libraries_of


def steps(folder: Path, source: str, **others: str) -> list[tuple[str, ...]]:
    """What is to be done in place of a file, beside others of the same folder."""
    for name, text in others.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (folder / "data.py").write_text(source)
    return libraries_of([{"file": str(folder / "data.py"), "module": None}], folder).steps


def test_libraries_of_the_file_and_of_the_users_own_modules(tmp_path: Path) -> None:
    """As Python comes to them; the standard library and the user's own modules are no libraries."""
    source = (
        '"""Text."""\nimport os, json\nimport numpy as np\nimport helper\nfrom PIL import Image\n\nN = np.zeros(3)\n'
    )

    assert steps(tmp_path, source, helper="import psutil\n") == [
        ("import", "numpy"),
        ("import", "psutil"),
        ("import", "PIL", "Image"),
    ]


@pytest.mark.parametrize(
    "effect",
    [
        "import os\nos.environ.setdefault('A', input())\n",
        "import sys\nsys.path.insert(0, '/elsewhere')\n",
        "for _ in range(3):\n    pass\n",
        "import os\nos.environ['LD_PRELOAD'] = 'x'\n",
        "import not_there_at_all\n",
        "import helper\n",
    ],
)
def test_what_follows_an_effect_is_left_to_the_target(tmp_path: Path, effect: str) -> None:
    """It may change what an import gives; in a module of the user's too."""
    source = f"import psutil\n{effect}import numpy\n"

    assert steps(tmp_path, source, helper="print('loaded')\n") == [("import", "psutil")]


def test_variables_are_set_before_the_import(tmp_path: Path) -> None:
    """Where the file sets them to a text."""
    source = "import os, warnings\nwarnings.filterwarnings('ignore')\nos.environ['TF_CPP'] = '3'\nimport numpy\n"

    assert steps(tmp_path, source) == [("set", "TF_CPP", "3"), ("import", "numpy")]


def test_what_may_not_be_imported_is_left_out(tmp_path: Path) -> None:
    """In functions and for type checkers; what is tried is imported where it is installed."""
    source = (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import matplotlib\n"
        "try:\n    import psutil\nexcept ImportError:\n    psutil = None\n"
        "def batches():\n    import numpy\n    yield numpy.zeros(3)\n"
    )

    assert steps(tmp_path, source) == [("import", "psutil")]


def test_packages_are_read_with_their_relative_imports(tmp_path: Path) -> None:
    """The packages above a module first."""
    for name, text in {"__init__": "import psutil\n", "load": "import numpy\n", "io": "from . import load\n"}.items():
        path = tmp_path / "shop" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    found = libraries_of([{"file": None, "module": "shop.io"}], tmp_path)

    assert found.steps == [("import", "psutil"), ("import", "numpy")]
    assert found.names == ["psutil", "numpy"]
    assert found.folders == [str(tmp_path)]


def test_a_module_with_the_name_of_a_library_is_the_users_own(tmp_path: Path) -> None:
    """Never imported in its place."""
    assert steps(tmp_path, "import numpy\nimport psutil\n", numpy="import click\n") == [
        ("import", "click"),
        ("import", "psutil"),
    ]


def test_nothing_is_read_where_there_is_no_file(tmp_path: Path) -> None:
    """A module that is not there, or no text of Python."""
    (tmp_path / "broken.py").write_text("def (:\n")

    assert libraries_of([{"file": None, "module": "nowhere.at.all"}], tmp_path).steps == []
    assert libraries_of([{"file": str(tmp_path / "broken.py"), "module": None}], tmp_path).steps == []
