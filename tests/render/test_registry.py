"""The list of formats, and what using it costs."""

import subprocess
import sys

import pytest

from genaudit.errors import UsageError
from genaudit.render import RENDERERS, render
from tests.build_report import STANDARD, clean
from tests.render.rendered import rendered

FOR_PEOPLE = ("text", "json", "html", "png", "svg")


@pytest.mark.parametrize("format_name", RENDERERS)
@pytest.mark.parametrize("name", STANDARD)
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
