"""The list of formats, and what using it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import genaudit.render
from genaudit.errors import UsageError
from genaudit.render import RENDERERS, render
from tests.build_report import clean
from tests.render.rendered import DRAWN, rendered

FOR_PEOPLE = ("text", "json", "html", "png", "svg")


@pytest.mark.parametrize("format_name", RENDERERS)
@pytest.mark.parametrize("name", DRAWN)
def test_every_format_renders_every_report(format_name: str, name: str) -> None:
    """No standard report is too strange for a renderer."""
    # Nothing found is no annotation, and an empty list.
    least = {"github": 0, "gitlab": 2}.get(format_name, 20)

    assert len(rendered(name, format_name, interactive=False)) >= least


def test_unknown_format() -> None:
    """The message lists what there is."""
    with pytest.raises(UsageError, match="pdf") as caught:
        render(clean(), "pdf")

    assert caught.value.slug == "unknown-format"
    assert "html" in caught.value.hint


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    """The registry costs no import of a drawing or templating library."""
    code = (
        "import sys, genaudit.render; print([m for m in ('rich', 'jinja2', 'matplotlib', 'bokeh') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def imported(folder: str) -> set[str]:
    """The modules that those of a folder of renderers import, wherever in them."""
    files = list((Path(genaudit.render.__file__).parent / folder).rglob("*.py"))
    assert files
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}


def test_no_renderer_does_statistics() -> None:
    """A fit, a median or a forecast is a fact of the report; renderers draw what is in it."""
    assert not imported(".") & {"statistics", "scipy", "genaudit.evidence", "genaudit.evidence.slopes"}
    assert not [name for name in imported(".") if name.startswith("genaudit.evidence")]


@pytest.mark.parametrize(
    ("folder", "other", "library"),
    [("figures/interactive", "static", "matplotlib"), ("figures/static", "interactive", "bokeh")],
)
def test_static_and_interactive_figures_do_not_import_each_other(folder: str, other: str, library: str) -> None:
    """What both need is above them."""
    names = imported(folder)

    assert not [name for name in names if name.split(".")[0] == library or f".figures.{other}" in name]
