"""A comparison as Markdown: for a pull request, the summary of a CI job, a wiki."""

from genaudit.model.comparison import Comparison
from genaudit.render.ci.markdown import PARTLY, cell
from genaudit.render.safe import printable_comparison
from genaudit.render.text.comparison import (
    FIGURE_WORDS,
    better_text,
    data_text,
    difference_sentence,
    difference_text,
    figure_text,
    figure_title,
    news,
    noun_of,
    sentences_alone,
    setting_text,
)
from genaudit.render.text.comparison_holders import variant_holders
from genaudit.report.phrases import sentence


def render_markdown(comparison: Comparison) -> bytes:
    """What differs in words, then a table of figures, who holds the memory, and the data."""
    comparison = printable_comparison(comparison)
    parts = [_head(comparison), _figures(comparison), _held(comparison), _beside(comparison)]
    parts += [f"\n> {cell(sentence(note))}\n" for note in comparison.notes]
    return "".join(parts).encode("utf-8", "replace")


def _head(comparison: Comparison) -> str:
    names = ", ".join(cell(variant.name) for variant in comparison.variants)
    told = "".join(f"\n- **{cell(new.text)}**" for new in news(comparison))
    said = [difference_sentence(comparison, against) for against in comparison.against] + sentences_alone(comparison)
    lines = "".join(f"\n- {cell(text)}" for text in said)
    return f"## genaudit: {names}\n{told}{lines}\n\n{cell(setting_text(comparison))}\n"


def _figures(comparison: Comparison) -> str:
    noun = noun_of(comparison)
    audits = [
        f"{PARTLY} {one.report.label}" if one.report.is_partial else one.report.label for one in comparison.variants
    ]
    rows = [["Audit", *audits]]
    rows += [
        [figure_title(name, noun), *(figure_text(variant, name, noun) for variant in comparison.variants)]
        for name in FIGURE_WORDS
        if any(getattr(variant.figures, name) for variant in comparison.variants)
    ]
    return _table(["", *(variant.name for variant in comparison.variants)], rows)


def _held(comparison: Comparison) -> str:
    rows = [
        [one.name, f"{one.label} {one.path}" + (f", {one.place}" if one.place else ""), one.amount, one.difference]
        for one in variant_holders(comparison)
    ]
    return _table(["", "held by", "holds", "difference"], rows) if rows else ""


def _beside(comparison: Comparison) -> str:
    """Each variant beside the first: differences, then the data."""
    noun, parts = noun_of(comparison), []
    for against in comparison.against:
        names = comparison.variants[against.variant].name, comparison.variants[0].name
        parts.append(f"\n### {cell(names[0])} vs {cell(names[1])}\n")
        rows = [[figure_title(one.figure, noun), difference_text(one), better_text(one)] for one in against.differences]
        parts.append(_table(["", "difference, or ratio of times", "so"], rows) if rows else "")
        parts.append(f"\nData: {cell(data_text(comparison, against))}\n")
    return "".join(parts)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    lines[0] = [cell(text) for text in head]
    return "\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
