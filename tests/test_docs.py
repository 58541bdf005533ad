"""Pages that are written from the code are those that today's code would write."""

from pathlib import Path

import genaudit
from tests.readme import documentation

DOCS = Path(__file__).parents[1] / "docs"


def test_pages_are_current() -> None:
    pages = documentation("refresh").refreshed()

    assert {path.name for path in pages} == {"api.md", "gate.md", "lint.md", "pytest.md", "synth.md"}
    stale = [path.name for path, text in pages.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python docs/refresh.py"


def test_every_public_name_is_on_the_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")

    assert [name for name in genaudit.__all__ if f"### `{name}`" not in page] == ["__version__"]


def test_every_field_of_a_result_is_on_the_page() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    fields = {*genaudit.Report.__struct_fields__, *genaudit.Comparison.__struct_fields__, "findings", "recording"}

    assert [name for name in fields if f"`{name}`" not in page and f".{name}`" not in page] == []
