"""Who keeps memory alive in each variant of a comparison, side by side, as text that every format shows."""

from typing import NamedTuple

from genaudit.model.comparison import Comparison
from genaudit.model.report import Holder, Report, WalkedAt
from genaudit.render.text.holders import (
    ARROW,
    grows,
    growth_text,
    held_text,
    path_names,
    place_of,
    shown_holders,
)
from genaudit.report.phrases import count
from genaudit.units import format_bytes


class VariantHolder(NamedTuple):
    """What holds most in a variant, or what grows where that is its fault."""

    name: str
    """Of the variant."""
    label: str
    names: list[str]
    amount: str
    difference: str
    """From what the first variant holds; empty where the two cannot be compared."""
    place: str | None

    @property
    def path(self) -> str:
        """The path in one line."""
        return ARROW.join(self.names)


def variant_holders(comparison: Comparison) -> list[VariantHolder]:
    """One for each variant whose references were walked; none where no variant's were."""
    base = comparison.variants[0].report
    rows = []
    for variant in comparison.variants:
        found = _held(variant.report)
        if found is not None:
            label, holder = found
            rows.append(
                VariantHolder(
                    name=variant.name,
                    label=label,
                    names=path_names(holder, label),
                    amount=_amount(variant.report, label, holder),
                    difference="" if variant is comparison.variants[0] else _difference(base, variant.report),
                    place=place_of(holder),
                )
            )
    return rows


def holder_text(row: VariantHolder) -> str:
    """A row in one line of plain text, without the variant's name."""
    parts = [f"{row.path}: {row.amount}", row.difference]
    place = f" ({row.place})" if row.place else ""
    return f"{row.label} {', '.join(part for part in parts if part)}{place}"


def _held(report: Report) -> tuple[str, Holder] | None:
    """What answers for the verdict, else the largest path, else the largest root of what was walked."""
    shown = shown_holders(report)
    if shown:
        return shown[0]
    if report.holders:
        return "Held by", report.holders[0]
    roots = [step for step in report.retention if step.parent < 0 and step.label != "unaccounted"]
    if not roots:
        return None
    most = max(roots, key=lambda step: step.bytes)
    whole = sum(step.bytes for step in report.retention if step.parent < 0)
    return "Held by", Holder(
        names=[most.label],
        type="",
        bytes=most.bytes,
        share=most.bytes / whole if whole else 0.0,
        location=most.location,
    )


def _amount(report: Report, label: str, holder: Holder) -> str:
    if label != "Grows":
        return held_text(holder) + _after(report.held_at, report.target.item_noun, with_batches=False)
    return f"{growth_text(holder)}, {format_bytes(holder.bytes)} held" + _after(
        report.held_at, report.target.item_noun, with_batches=True
    )


def _after(at: WalkedAt | None, noun: str, *, with_batches: bool) -> str:
    """When it was walked."""
    if at is None:
        return ""
    if with_batches:
        return f" after {count(at.batches, 'batch')}"
    return f" at {count(at.items, noun)}" if at.items is not None else ""


def _difference(base: Report, other: Report) -> str:
    """How much more or less is held than in the first variant; of what grows it depends on when one looks."""
    first, second = _held(base), _held(other)
    if first is None or second is None or grows(first[1]) or grows(second[1]) or not _is_like(base, other):
        return ""
    less = first[1].bytes - second[1].bytes
    if abs(less) < max(1, first[1].bytes // 100):
        return "as much as the first"
    return f"{format_bytes(abs(less))} {'less' if less > 0 else 'more'} than the first"


def _is_like(base: Report, other: Report) -> bool:
    """Whether both were walked at the same size of the data set."""
    return base.held_at is not None and other.held_at is not None and base.held_at.items == other.held_at.items
