"""How a result shows itself in a notebook: its page in a frame that can reach nothing around it."""

import html
import importlib
from typing import Any

HEIGHT = 720


def frame(result: Any, home: str) -> str:
    """The page of a report or a comparison in an ``iframe``.

    Args:
        result: What to show.
        home: ``module:function`` that renders it. By name: the model knows no renderer, and nothing is drawn before a
            notebook asks.

    The frame is sandboxed: scripts of the page run in an origin of their own and see neither the notebook nor its
    cookies. Figures are drawings, without the script that makes them zoom, or each output would add 1.3 MB to the file.
    """
    module, _, function = home.partition(":")
    page = getattr(importlib.import_module(module), function)(result, "html", interactive=False).decode()
    return (
        f'<iframe title="genaudit report" sandbox="allow-scripts allow-downloads" width="100%" height="{HEIGHT}" '
        f'style="border: 0; background: white" srcdoc="{html.escape(page)}"></iframe>'
    )
