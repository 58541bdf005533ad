"""Who keeps memory alive, as text that every renderer shows."""

import re
from collections.abc import Callable

from genaudit.masking import shorten_within
from genaudit.model import Outcome, Report, RunVerdict
from genaudit.model.catalogue import CALL_GROWTH
from genaudit.model.report import Holder
from genaudit.report.phrases import format_growth
from genaudit.units import format_bytes

ARROW = " › "
GAP = "…"
MOST = 3
"""Holders, and lines for them: more are in the table."""
NOTABLE_SHARE = 0.05
"""Of what is held: less says nothing."""
BESIDE_GROWTH_SHARE = 0.3
"""Where growth is the only fault: less that is held besides is no part of the answer."""
BESIDE_IT = 0.1
"""What grows by so little of the growth that was found is not what grows."""
NOTABLE_OF_PEAK = 0.25
NOTABLE_BATCHES = 4
"""Of a target without a fault: what is held is worth a line where it is so much of the peak, or so many batches where
growth with the data set was not tested."""
LONGEST_NAME = 48
SHORTEST_ROOT = 9
"""Characters that are left of where a path begins."""
_GROWTH = frozenset({"growth", "epoch-growth"})
_CONTAINER = re.compile(r"[\w.]+(?: of [\d,]+|, \+[\d.,e]+ a batch)\Z")
_LINE = re.compile(r" \((?:line \d+|cell \d+:\d+)\)\Z")
_OF_MODULE = "(module)"
_DETAIL = re.compile(r"(?<=\w) \d.*")


def shown_holders(report: Report) -> list[tuple[str, Holder]]:
    """The holders that answer for the verdict, each with its label; none where nothing is wrong and little is held."""
    if report.verdict is RunVerdict.ERROR or (report.verdict is RunVerdict.PASS and not _is_notable(report)):
        return []
    is_growth = any(_is_of_growth(outcome) for outcome in report.findings)
    grown = [one for one in report.holders if grows(one) and (is_growth or one.share < NOTABLE_SHARE)]
    grown = [one for one in grown if not _is_beside_it(one, report)]
    held = [
        one for one in report.holders if one not in grown and one.share >= NOTABLE_SHARE and not _is_among(one, grown)
    ]
    if _is_alone(_is_of_growth, report):
        held = [one for one in held if (one.share >= BESIDE_GROWTH_SHARE if grown else _may_grow(one, report))]
    # What is larger and in no line that was found may be a constant of the module.
    held.sort(key=lambda one: not _answers(one, report))
    if _is_alone(_is_by_call, report):
        # What one data set holds does not answer for what is left when it is let go.
        held = []
    rows = [("Held by", one) for one in held] + [("Grows", one) for one in grown]
    if is_growth:
        rows.sort(key=lambda row: row[0] == "Held by")
    return rows[:MOST]


def _is_beside_it(one: Holder, report: Report) -> bool:
    """Whether it grows by next to nothing of what was found to grow: something else that came at the time."""
    rates = {
        "bytes/batch": one.growth_bytes_per_batch,
        "bytes/epoch": one.growth_bytes_per_epoch,
        "bytes/call": one.growth_bytes_per_call,
    }
    found = [(rates.get(outcome.unit or ""), outcome.value) for outcome in report.findings if _is_of_growth(outcome)]
    told = [(rate.value, value) for rate, value in found if rate is not None and value]
    return bool(told) and all(rate < BESIDE_IT * value for rate, value in told)


def _may_grow(one: Holder, report: Report) -> bool:
    """Whether it may be what grows, where that was not walked: a job that died left one walk.

    What was there with the first batch is not, and neither is an array of a module, unless it is in the line found.
    """
    if _answers(one, report):
        return True
    is_constant = one.entries is None and one.names[0].endswith(_OF_MODULE)
    return not is_constant and (report.held_at is None or report.held_at.batches > 1)


def _answers(one: Holder, report: Report) -> bool:
    """Whether it is in the line of a finding."""
    return any(_is_in_line(one, outcome) for outcome in report.findings)


def _is_of_growth(outcome: Outcome) -> bool:
    return outcome.figure in _GROWTH or _is_by_call(outcome)


def _is_by_call(outcome: Outcome) -> bool:
    return outcome.code == CALL_GROWTH.code


def _is_alone(is_of_kind: Callable[[Outcome], bool], report: Report) -> bool:
    """Whether all findings about memory that is kept are of a kind."""
    kept = [one for one in report.findings if is_of_kept_memory(one)]
    return bool(kept) and all(is_of_kind(one) for one in kept)


def grows(holder: Holder) -> bool:
    """Whether it had more in a later walk."""
    return growth_text(holder) is not None


def _is_notable(report: Report) -> bool:
    """Whether what a target without a fault holds is worth a line."""
    most = max((one.bytes for one in report.holders), default=0)
    batch = report.batches.bytes_median if report.batches else None
    if report.is_partial and batch:
        return most >= NOTABLE_BATCHES * batch
    peak = report.peak.high_water_bytes
    return peak is not None and most >= NOTABLE_OF_PEAK * peak


def _is_among(holder: Holder, grown: list[Holder]) -> bool:
    """Whether what is held is what grows, said once."""
    return any(other.names[:2] == holder.names[:2] and other.location == holder.location for other in grown)


def path_text(holder: Holder, room: int | None = None, *, label: str = "Held by") -> str:
    """The path, cut in its middle where there is little room: both its ends say most.

    Args:
        holder: Whose path.
        room: Columns; all of it where ``None``.
        label: What is said of it: of what grows, the container says by how many entries.
    """
    names = path_names(holder, label)
    if room is None:
        return ARROW.join(names)
    text = short_path(holder, room, label=label)
    if text is not None:
        return text
    names = _shortest(names)
    # Steps go from the middle; where there is only one, letters of the root go before it.
    for most in range(len(names), 2, -1):
        cut = [] if most == len(names) else [GAP]
        rest = [*names[1 : most // 2 + most % 2], *cut, *names[len(names) - most // 2 :]]
        left = room - len(ARROW.join(["", *rest]))
        if left >= (len(names[0]) if cut else min(SHORTEST_ROOT, len(names[0]))):
            return ARROW.join([shorten_within(names[0], left), *rest])
    rest = [*([GAP] if len(names) > 2 else []), *names[1:][-1:]]
    left = max(SHORTEST_ROOT, room - len(ARROW.join(["", *rest])))
    return shorten_within(ARROW.join([shorten_within(names[0], left), *rest]), max(1, room))


def short_path(holder: Holder, room: int, *, label: str = "Held by") -> str | None:
    """The path without what is no step of its own, as far as there is no room for it; ``None`` where that is too long.

    Args:
        holder: Whose path.
        room: Columns.
        label: As for ``path_text``.
    """
    whole = path_names(holder, label)
    lineless = [_LINE.sub("", whole[0]), *whole[1:]]
    plain = [*lineless[:-1], _without_detail(lineless[-1])]
    # Of what grows, entries gained say more than what the entries are.
    middle = plain if label == "Grows" else _without_containers(lineless)
    for names in (whole, lineless, middle, _shortest(whole)):
        text = ARROW.join(names)
        if len(text) <= room:
            return text
    return None


def _shortest(names: list[str]) -> list[str]:
    """Every step, with nothing but its name, or its class where it has none."""
    if len(names) < 2:
        return [_LINE.sub("", name) for name in names]
    return _without_containers([_LINE.sub("", names[0]), *names[1:-1], _without_detail(names[-1])])


def _without_containers(names: list[str]) -> list[str]:
    inner = [name for name in names[1:-1] if not _CONTAINER.match(name)]
    return [names[0], *inner, *names[1:][-1:]]


def _without_detail(name: str) -> str:
    """Of ``ndarray 256x256x3 uint8`` what it is."""
    return _DETAIL.sub("", name)


def path_names(holder: Holder, label: str = "Held by") -> list[str]:
    """The steps of the path, each in one line and of a bounded length; of what grows, with the entries gained."""
    names = [shorten_within(" ".join(name.split()), LONGEST_NAME) for name in holder.names]
    more = _gained(holder)
    if label != "Grows" or more is None:
        return names
    containers = (at for at in reversed(range(len(names))) if _CONTAINER.match(names[at]))
    at = next(containers, None) if holder.gained_at is None else holder.gained_at
    if at is not None and at < len(names):
        names[at] = f"{names[at].partition(' ')[0]}, {more}"
    return names


def _gained(holder: Holder) -> str | None:
    """Entries that come with each batch; ``None`` where there are none, or growth is by epoch."""
    gained = holder.gained_per_batch
    if not gained or gained < 0 or holder.growth_bytes_per_batch is None:
        return None
    # Batches between two walks and entries gained differ by one where a walk stands between the two.
    shown = f"{gained:,.0f}" if gained >= 10 or (gained >= 0.9 and gained % 1 <= 0.1) else f"{gained:.2g}"
    return f"+{shown} a batch"


def amount_text(holder: Holder, label: str = "Held by") -> str:
    """How much it holds, or gains with each batch or epoch.

    Args:
        holder: What holds it.
        label: ``Held by`` or ``Grows``.
    """
    return held_text(holder) if label == "Held by" else growth_text(holder) or held_text(holder)


def held_text(holder: Holder) -> str:
    """How much it holds of all that is retained."""
    about = "about " if holder.is_sampled else ""
    whole = holder.bytes / holder.share if holder.share else 0
    return f"{about}{format_bytes(holder.bytes)} of {format_bytes(round(max(whole, holder.bytes)))}"


def growth_text(holder: Holder) -> str | None:
    """How much it gains, and with what; ``None`` where it was not seen to grow."""
    if holder.growth_bytes_per_batch is not None:
        return f"{format_growth(holder.growth_bytes_per_batch.value)} a batch"
    if holder.growth_bytes_per_epoch is not None:
        return f"{format_growth(holder.growth_bytes_per_epoch.value)} an epoch"
    if holder.growth_bytes_per_call is not None:
        return f"{format_growth(holder.growth_bytes_per_call.value)} a call"
    return None


def accounting_text(report: Report) -> str | None:
    """What is held beside what an epoch yields, where the data set was not scaled."""
    account = report.accounting
    if account is None or account.epoch_bytes is None:
        return None
    return f"holds {format_bytes(account.held_bytes)}, an epoch yields {format_bytes(account.epoch_bytes)}"


def place_of(holder: Holder) -> str | None:
    """``path:line`` of the name that holds it."""
    return holder.location.place if holder.location is not None else None


def sentence_of(label: str, holder: Holder) -> str:
    """A holder in one line of plain text."""
    place = place_of(holder)
    text = f"{label} {path_text(holder, label=label)}: {amount_text(holder, label)}"
    return f"{text} ({place})" if place else text


def holders_of(report: Report, outcome: Outcome) -> list[str]:
    """What a finding says of who holds the memory: the gravest that is about memory kept says it for all."""
    about = [one for one in report.findings if is_of_kept_memory(one)]
    if not about or (about[0].code, about[0].message) != (outcome.code, outcome.message):
        return []
    return [sentence_of(label, holder) for label, holder in shown_holders(report)[:1]]


def holder_of(report: Report, outcome: Outcome) -> tuple[str, Holder] | None:
    """Who keeps the memory that a finding is about, with its label: the one in whose line it was found.

    Of the gravest it is what answers for the verdict, where no holder has that line.
    """
    if not is_of_kept_memory(outcome):
        return None
    is_growth = _is_of_growth(outcome)
    rows = [
        *(("Grows", one) for one in report.holders if is_growth and grows(one)),
        *(("Held by", one) for one in report.holders if not is_growth or not grows(one)),
    ]
    here = [row for row in rows if _is_in_line(row[1], outcome)]
    if here:
        return here[0]
    is_gravest = next((one for one in report.findings if is_of_kept_memory(one)), None) == outcome
    return next(iter(shown_holders(report)), None) if is_gravest else None


def is_of_kept_memory(outcome: Outcome) -> bool:
    """Whether it is a finding about memory that is kept: no spike, and nothing that waits for the collector."""
    is_kept = (outcome.unit or "").startswith("bytes/") and outcome.figure != "spike"
    return is_kept and outcome.is_finding and not outcome.is_promise


def _is_in_line(holder: Holder, outcome: Outcome) -> bool:
    place, found = holder.location, outcome.location
    return place is not None and found is not None and (place.path, place.line) == (found.path, found.line)
