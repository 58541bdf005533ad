"""The libraries that draw, which come with the extra ``report``: where CI does without them, all else is written."""

import importlib.util
from collections.abc import Sequence

from genaudit.errors import UsageError
from genaudit.version import install_command

INSTALL = install_command("report")
PAGE = ("bokeh", "matplotlib")
"""What a page with figures to zoom into is drawn with."""
PICTURE = ("matplotlib",)
_NAMES = {"bokeh": "Bokeh"}
"""How a library writes itself, where that is another name than the one it is imported by."""


def missing(libraries: Sequence[str]) -> list[str]:
    """Those of the libraries that are not installed here; nothing is imported to find out."""
    return [name for name in libraries if not _is_installed(name)]


def check_drawn(what: str, libraries: Sequence[str]) -> None:
    """Refuse to draw what cannot be drawn here.

    Args:
        what: What is to be drawn, as the user named it.
        libraries: What it is drawn with.

    Raises:
        UsageError: One of them is not installed.
    """
    lacking = missing(libraries)
    if lacking:
        names = " and ".join(_NAMES.get(name, name) for name in lacking)
        raise UsageError(
            f"{what} is drawn with {names}, which {'is' if len(lacking) == 1 else 'are'} not installed here",
            slug="no-report-extra",
            hint=INSTALL,
        )


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        # Whoever finds modules here has none to give.
        return False
