"""Report in, bytes out.

A renderer opens no file, reads no clock and asks no terminal. It is a function ``(report, **options) -> bytes`` in a
module of its own, named in ``RENDERERS`` as ``module:function`` so that nothing heavy is imported before it is used.
"""

import importlib
from typing import Any, NamedTuple

from genaudit.errors import UsageError
from genaudit.model.report import Report


class Renderer(NamedTuple):
    """Where a format is made, and what its files are called."""

    home: str
    suffix: str


RENDERERS: dict[str, Renderer] = {
    "text": Renderer("genaudit.render.terminal:render_text", ".txt"),
    "mprof": Renderer("genaudit.render.mprof:render_mprof", ".dat"),
    "json": Renderer("genaudit.render.json:render_json", ".json"),
    "html": Renderer("genaudit.render.html:render_html", ".html"),
    "png": Renderer("genaudit.render.png:render_png", ".png"),
    "svg": Renderer("genaudit.render.png:render_svg", ".svg"),
    "junit": Renderer("genaudit.render.junit:render_junit", ".xml"),
    "sarif": Renderer("genaudit.render.sarif:render_sarif", ".sarif"),
    "github": Renderer("genaudit.render.github:render_github", ".txt"),
    "gitlab": Renderer("genaudit.render.gitlab:render_gitlab", ".json"),
    "markdown": Renderer("genaudit.render.markdown:render_markdown", ".md"),
}


def render(report: Report, format_name: str, **options: Any) -> bytes:
    """The report in one of the formats.

    Args:
        report: What an audit concluded.
        format_name: A key of ``RENDERERS``.
        options: Keyword arguments of that renderer: width, colour, verbosity, size, …

    Raises:
        UsageError: There is no such format.
    """
    if format_name not in RENDERERS:
        raise UsageError(
            f"there is no report format {format_name!r}",
            slug="unknown-format",
            hint=f"formats: {', '.join(RENDERERS)}",
        )
    module, _, function = RENDERERS[format_name].home.partition(":")
    content: bytes = getattr(importlib.import_module(module), function)(report, **options)
    return content
