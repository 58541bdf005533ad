"""Comparisons as Markdown."""

from msgspec.structs import replace

from genaudit.render.ci.comparison_markdown import render_markdown
from tests.comparison.build import comparison


def test_a_table_for_figures_and_one_for_each_variant() -> None:
    """What is worst stands first; rows of a table have as many cells as its head."""
    text = render_markdown(comparison()).decode()
    lines = text.splitlines()

    assert lines[0] == "## genaudit: inefficient, efficient, leaking"
    assert lines[2] == "- **WORSE: leaking keeps 1.50 MiB a batch that inefficient did not**"
    assert "| Audit | FAIL | PASS | FAIL |" in lines
    assert [line for line in lines if line.startswith("### ")] == [
        "### efficient vs inefficient",
        "### leaking vs inefficient",
    ]
    assert sum(line.startswith("Data: ") for line in lines) == 2
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) >= 3
    assert all(len({line.replace("\\|", "").count("|") for line in table}) == 1 for table in tables)


def test_names_are_harmless() -> None:
    """Nothing of a name is taken for Markdown or HTML."""
    made = comparison()
    text = render_markdown(replace(made, variants=[replace(one, name="<b>|x|*") for one in made.variants]))

    assert b"<b>" not in text
    assert b"&lt;b&gt;\\|x\\|\\*" in text
