"""Who keeps memory alive, as text that every renderer shows."""

from genaudit.model import Report, RunVerdict
from genaudit.model.report import Holder
from genaudit.report.phrases import count, format_growth
from genaudit.units import format_bytes

ARROW = " › "
MOST = 3
NOTABLE_SHARE = 0.05
"""Of what is held: less says nothing."""
GAP = "…"


def shown_holders(report: Report) -> list[tuple[str, Holder]]:
    """The holders that answer for the verdict, each with its label; none where nothing is wrong."""
    if report.verdict in {RunVerdict.PASS, RunVerdict.ERROR}:
        return []
    grown = [holder for holder in report.holders if holder.growth_bytes_per_batch is not None]
    held = [
        holder
        for holder in report.holders
        if holder.growth_bytes_per_batch is None and holder.share >= NOTABLE_SHARE and not _is_among(holder, grown)
    ]
    is_growth = bool(grown) and any(outcome.figure in {"growth", "epoch-growth"} for outcome in report.findings)
    rows = [("Held by", holder) for holder in held] + [("Grows", holder) for holder in grown]
    if is_growth:
        rows.reverse()
    return rows[:MOST]


def _is_among(holder: Holder, grown: list[Holder]) -> bool:
    """Whether what is held is what grows, said once."""
    return any(other.names[:2] == holder.names[:2] and other.location == holder.location for other in grown)


def path_text(holder: Holder, room: int | None = None) -> str:
    """The path, cut in its middle where there is little room: both its ends say most.

    Args:
        holder: Whose path.
        room: Columns; all of it where ``None``.
    """
    names = list(holder.names)
    text = ARROW.join(names)
    while room is not None and len(text) > room and len(names) > 2:
        inner = range(1, len(names) - 1)
        # What it is goes before what it is called: "list of 400", then names from the middle on.
        at = next((at for at in inner if " " in names[at]), len(names) // 2)
        del names[at]
        text = ARROW.join([names[0], GAP, *names[1:]] if len(names) < len(holder.names) - 1 else names)
    if room is None or len(text) <= room:
        return text
    last = f"{GAP}{ARROW}{names[-1]}"
    return last if len(last) <= room else last[: max(1, room - 1)] + GAP


def amount_text(holder: Holder) -> str:
    """How much it holds, or gains with each batch."""
    growth = holder.growth_bytes_per_batch
    if growth is not None:
        gained = holder.gained_per_batch
        more = round(gained or 0)
        entries = f", {count(more, 'entry')} more" if more else ""
        return f"{format_growth(growth.value)} a batch{entries}"
    about = "about " if holder.is_sampled else ""
    whole = holder.bytes / holder.share if holder.share else 0
    return f"{about}{format_bytes(holder.bytes)} of {format_bytes(round(max(whole, holder.bytes)))}"


def accounting_text(report: Report) -> str | None:
    """What is held beside what an epoch yields, where the data set was not scaled."""
    account = report.accounting
    if account is None or account.epoch_bytes is None:
        return None
    return f"holds {format_bytes(account.held_bytes)}; an epoch yields {format_bytes(account.epoch_bytes)}"


def sentence_of(label: str, holder: Holder) -> str:
    """A holder in one line of plain text."""
    place = f" ({holder.location.path}:{holder.location.line})" if holder.location is not None else ""
    return f"{label} {path_text(holder)}: {amount_text(holder)}{place}"
