"""What a result can do that the model has no code for: shown and saved by renderers, which are found by name.

The model knows no renderer, and nothing is imported before it is asked for.
"""

import html
import importlib
from collections.abc import Callable
from typing import Any

from genaudit.errors import UsageError

HEIGHT = 720


def late(home: str) -> Callable[..., Any]:
    """The function that ``module:function`` names.

    Example:
        >>> late("genaudit.units:format_bytes").__name__
        'format_bytes'
    """
    module, _, name = home.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def frame(result: Any, home: str) -> str:
    """The page of a report or a comparison in an ``iframe``, for a notebook; its text where the page cannot be drawn.

    Args:
        result: What to show.
        home: ``module:function`` that renders it.

    The frame is sandboxed: scripts of the page run in an origin of their own and see neither the notebook nor its
    cookies. Figures are drawings, without the script that makes them zoom, or each output would add 1.3 MB to the file.
    """
    try:
        page = late(home)(result, "html", interactive=False).decode()
    except UsageError as error:
        # Where nothing can draw it, its words are what there is.
        words = late(home)(result, "text").decode()
        return f"<pre>{html.escape(words)}\n{html.escape(f'{error.message}: {error.hint}')}</pre>"
    return (
        f'<iframe title="genaudit report" sandbox="allow-scripts allow-downloads" width="100%" height="{HEIGHT}" '
        f'style="border: 0; background: white" srcdoc="{html.escape(page)}"></iframe>'
    )
