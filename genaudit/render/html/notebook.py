"""The report as a card in a notebook: verdict, line, holder, figures, and one picture."""

import base64
from html import escape

from genaudit.model import Report, RunVerdict
from genaudit.model.advice import read_advice
from genaudit.render import extra
from genaudit.render.figures.palette import LIGHT, VERDICT_COLOURS
from genaudit.render.figures.static.report import growth_figure, load_matplotlib, saved, timeline_figure
from genaudit.render.html.report import has_curve, has_growth
from genaudit.render.safe import one_line, printable_report
from genaudit.render.terminal.report import figure_rows
from genaudit.render.text.holders import accounting_text, amount_text, path_text, shown_holders
from genaudit.render.text.report import (
    blamed_line,
    headline_says_failure,
    headline_text,
    last_frames,
    later_sources,
    not_tested,
    peak_text,
    verdict_text,
)
from genaudit.report.failures import happened
from genaudit.report.phrases import sentence

PICTURE = (7.2, 2.6)
"""Inches."""
STDERR_LINES = 6
_FONT = "font-family: system-ui, sans-serif; font-size: 14px; line-height: 1.45"
_CARD = (
    f"{_FONT}; color: #1b1b1b; background: #fff; border: 1px solid #d5d5d5; border-radius: 6px; "
    "padding: 12px 16px; max-width: 760px; margin: 4px 0"
)
_CODE = (
    "font-family: ui-monospace, monospace; font-size: 13px; white-space: pre; overflow-x: auto; "
    "background: #f4f4f4; color: #1b1b1b; padding: 6px 10px; margin: 4px 0 10px; border-radius: 4px"
)


def render_card(report: Report) -> str:
    """The card, with its style in its elements: a notebook drops all others, and it must not change the notebook's.

    Args:
        report: What an audit concluded.
    """
    report = printable_report(report)
    parts = [_head(report), _untested(report), _blame(report), _failure(report), _rows(report), _fix(report)]
    parts += [_picture(report), _foot(report)]
    return f'<div class="genaudit" style="{_CARD}">{"".join(parts)}</div>'


def _head(report: Report) -> str:
    colour = VERDICT_COLOURS[report.look]
    chip = f"background: {colour}; color: #fff; border-radius: 4px; padding: 1px 8px; font-weight: 600"
    return (
        f'<div><span style="{chip}">{_text(verdict_text(report))}</span> '
        f'<span style="color: #555">{_text(report.target.spec)}</span></div>'
        '<div style="font-size: 17px; font-weight: 600; margin: 6px 0 4px">'
        f"{_text(sentence(headline_text(report)))}</div>"
    )


def _untested(report: Report) -> str:
    text = not_tested(report)
    return f'<div style="margin: 4px 0">Not tested: {_text(text)}</div>' if text else ""


def _blame(report: Report) -> str:
    blame = blamed_line(report)
    if blame is None:
        return ""
    function = f" in {_text(blame.function)}" if blame.function else ""
    above = f'<div style="color: #555; margin-top: 8px">{_text(blame.place)}{function}</div>'
    lines = [blame.source] if blame.source else []
    if report.verdict is RunVerdict.ERROR:
        lines += last_frames(report)
    return above + (f'<div style="{_CODE}">{"<br>".join(_text(line) for line in lines)}</div>' if lines else "")


def _failure(report: Report) -> str:
    failure = report.failure
    if failure is None:
        return ""
    said = "" if headline_says_failure(report) else f"<div>{_text(sentence(happened(failure)))}</div>"
    tail = [line for line in failure.stderr_tail.splitlines() if line.strip()][-STDERR_LINES:]
    return said + (f'<div style="{_CODE}">{"<br>".join(_text(line) for line in tail)}</div>' if tail else "")


def _rows(report: Report) -> str:
    rows = [("Source", report.target.source)] if report.target.source else []
    later = later_sources(report)
    rows += [("Not run", later)] if later is not None else []
    for label, holder in shown_holders(report):
        rows.append((label, f"{path_text(holder, 400, label=label)}, {amount_text(holder, label)}"))
    if report.verdict is RunVerdict.PASS:
        accounted = accounting_text(report)
        rows += [("Accounted", accounted)] if report.is_partial and accounted else []
    else:
        rows += figure_rows(report)
    rows += [("Peak", peak_text(report) or "not measured")]
    cells = "".join(
        f'<div style="color: #555">{_text(label)}</div>'
        f'<div style="min-width: 0; overflow-wrap: anywhere">{_text(text)}</div>'
        for label, text in rows
    )
    return f'<div style="display: grid; grid-template-columns: 84px 1fr; gap: 2px 12px; margin: 8px 0">{cells}</div>'


def _fix(report: Report) -> str:
    if report.verdict is RunVerdict.ERROR or not report.findings:
        return ""
    advice = read_advice(report.findings[0].fix)
    text = report.summary.mend or advice.words
    said = f'<div style="margin: 8px 0 4px"><b>Fix</b> {_text(sentence(text))}</div>' if text else ""
    return said + (f'<div style="{_CODE}">{escape(advice.code)}</div>' if advice.code else "")


def _picture(report: Report) -> str:
    draw = growth_figure if has_growth(report) else timeline_figure if has_curve(report) else None
    if draw is None or extra.missing(extra.PICTURE):
        return ""
    load_matplotlib()
    drawn = base64.b64encode(saved(draw(report, LIGHT, PICTURE), "svg")).decode()
    what = "Memory by the size of the data set" if draw is growth_figure else "Memory over time"
    return f'<img alt="{what}" style="width: 100%; max-width: 720px" src="data:image/svg+xml;base64,{drawn}">'


def _foot(report: Report) -> str:
    notes = "".join(
        f'<div style="color: #555">Note: {_text(note)}</div>' for note in list(dict.fromkeys(report.notes))[:2]
    )
    more = "Every table and figure: <code>report.save(&quot;audit.html&quot;)</code>"
    if extra.missing(extra.PAGE):
        more = f"Pictures, and a page of every table and figure: <code>{_text(extra.INSTALL)}</code>"
    return f'{notes}<div style="color: #555; font-size: 12px; margin-top: 6px">{more}</div>'


def _text(text: str) -> str:
    return escape(one_line(text))
