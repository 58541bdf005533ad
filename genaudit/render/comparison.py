"""A comparison in, bytes out: the formats of ``genaudit compare``.

As for reports, a renderer is a function ``(comparison, **options) -> bytes`` that is imported when it is used.
"""

import importlib
from typing import Any

from genaudit.errors import UsageError
from genaudit.model.comparison import Comparison
from genaudit.render import Renderer

COMPARISON_RENDERERS: dict[str, Renderer] = {
    "text": Renderer("genaudit.render.comparison_text:render_text", ".txt"),
    "json": Renderer("genaudit.render.comparison_safe:render_json", ".json"),
    "html": Renderer("genaudit.render.comparison_html:render_html", ".html"),
    "png": Renderer("genaudit.render.comparison_png:render_png", ".png"),
}


def render_comparison(comparison: Comparison, format_name: str, **options: Any) -> bytes:
    """The comparison in one of the formats.

    Args:
        comparison: What ``genaudit.compare`` gave.
        format_name: A key of ``COMPARISON_RENDERERS``.
        options: Keyword arguments of that renderer: width, colour, verbosity, …

    Raises:
        UsageError: There is no such format.
    """
    if format_name not in COMPARISON_RENDERERS:
        raise UsageError(
            f"there is no format {format_name!r} of a comparison",
            slug="unknown-format",
            hint=f"formats: {', '.join(COMPARISON_RENDERERS)}",
        )
    module, _, function = COMPARISON_RENDERERS[format_name].home.partition(":")
    content: bytes = getattr(importlib.import_module(module), function)(comparison, **options)
    return content
