"""Report or comparison in, bytes out.

A renderer opens no file, reads no clock and asks no terminal. It is a function ``(result, **options) -> bytes``. It is
named in ``RENDERERS``, ``COMPARISON_RENDERERS`` or ``SEVERAL`` as ``module:function``, so that nothing heavy is
imported before it is used.
"""

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

from genaudit.errors import UsageError
from genaudit.files import some_home
from genaudit.model.comparison import Comparison
from genaudit.model.report import Report
from genaudit.model.watch import JobReport
from genaudit.render.extra import PAGE, PICTURE, check_drawn, missing


class Renderer(NamedTuple):
    """Where a format is made, what its files are called, and what it is drawn with."""

    home: str
    suffix: str
    libraries: tuple[str, ...] = ()
    """Those that come with the extra ``report``."""

    @property
    def can_draw(self) -> bool:
        """Whether what it is drawn with is installed here."""
        return not missing(self.libraries)


RENDERERS: dict[str, Renderer] = {
    "text": Renderer("genaudit.render.terminal.report:render_text", ".txt"),
    "mprof": Renderer("genaudit.render.mprof:render_mprof", ".dat"),
    "json": Renderer("genaudit.render.json:render_json", ".json"),
    "speedscope": Renderer("genaudit.render.speedscope:render_speedscope", ".speedscope.json"),
    "html": Renderer("genaudit.render.html.report:render_html", ".html", PAGE),
    "png": Renderer("genaudit.render.figures.static.png:render_png", ".png", PICTURE),
    "svg": Renderer("genaudit.render.figures.static.png:render_svg", ".svg", PICTURE),
    "junit": Renderer("genaudit.render.ci.junit:render_junit", ".xml"),
    "sarif": Renderer("genaudit.render.ci.sarif:render_sarif", ".sarif"),
    "github": Renderer("genaudit.render.ci.github:render_github", ".txt"),
    "gitlab": Renderer("genaudit.render.ci.gitlab:render_gitlab", ".json"),
    "markdown": Renderer("genaudit.render.ci.markdown:render_markdown", ".md"),
}


COMPARISON_RENDERERS: dict[str, Renderer] = {
    "text": Renderer("genaudit.render.terminal.comparison:render_text", ".txt"),
    "json": Renderer("genaudit.render.json:render_comparison_json", ".json"),
    "html": Renderer("genaudit.render.html.comparison:render_html", ".html", PAGE),
    "png": Renderer("genaudit.render.figures.static.comparison_png:render_png", ".png", PICTURE),
    "markdown": Renderer("genaudit.render.ci.comparison_markdown:render_markdown", ".md"),
}

JOB_RENDERERS: dict[str, Renderer] = {
    "text": Renderer("genaudit.render.terminal.watch:render_watch", ".txt"),
    "json": Renderer("genaudit.render.json:render_job_json", ".json"),
    "html": Renderer("genaudit.render.html.watch:render_html", ".html", PICTURE),
    "png": Renderer("genaudit.render.figures.static.watch:render_png", ".png", PICTURE),
    "svg": Renderer("genaudit.render.figures.static.watch:render_svg", ".svg", PICTURE),
}
"""Of jobs that were watched."""

SEVERAL: dict[str, str] = {
    "json": "genaudit.render.json:render_json_of_several",
    "junit": "genaudit.render.ci.junit:render_junit",
    "sarif": "genaudit.render.ci.sarif:render_sarif",
    "github": "genaudit.render.ci.github:render_github",
    "gitlab": "genaudit.render.ci.gitlab:render_gitlab",
    "markdown": "genaudit.render.ci.markdown:render_markdown",
}
"""Formats of which one file can hold several reports."""


def render(result: Report | Comparison, format_name: str, **options: Any) -> bytes:
    """A report or a comparison in one of its formats.

    Args:
        result: What an audit concluded, or what variants side by side showed.
        format_name: A key of ``RENDERERS``; of a comparison, of ``COMPARISON_RENDERERS``.
        options: Keyword arguments of that renderer: width, colour, verbosity, size, …

    Raises:
        UsageError: There is no such format, or what it is drawn with is not installed.
    """
    is_comparison = isinstance(result, Comparison)
    known = COMPARISON_RENDERERS if is_comparison else RENDERERS
    if format_name not in known:
        raise UsageError(
            f"there is no {'comparison' if is_comparison else 'report'} format {format_name!r}",
            slug="unknown-format",
            hint=f"formats: {', '.join(known)}",
        )
    return _rendered(known[format_name], format_name, result, **options)


def render_job(report: JobReport, format_name: str, **options: Any) -> bytes:
    """The report of a job that was watched, in one of the formats of ``JOB_RENDERERS``.

    Raises:
        UsageError: What it is drawn with is not installed.
    """
    return _rendered(JOB_RENDERERS[format_name], format_name, report, **options)


def render_several(reports: list[Report], form: str) -> bytes:
    """Reports in one of the formats of ``SEVERAL``.

    Raises:
        UsageError: A file of the format holds one report.
    """
    if form not in SEVERAL:
        raise UsageError(
            f"a file of the format {form} holds one target",
            slug="one-report-format",
            hint=f"--out DIR has one for each target; formats for several: {', '.join(SEVERAL)}",
        )
    return _imported(SEVERAL[form])(*reports)


def _rendered(renderer: Renderer, form: str, result: Any, **options: Any) -> bytes:
    check_drawn(form, renderer.libraries)
    with some_home():
        return _imported(renderer.home)(result, **options)


def _imported(home: str) -> Callable[..., bytes]:
    module, _, name = home.partition(":")
    function: Callable[..., bytes] = getattr(importlib.import_module(module), name)
    return function
