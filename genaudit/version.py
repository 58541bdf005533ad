"""The version of genaudit, and how pip is told to install it."""

__version__ = "0.1.0"
DISTRIBUTION = "genaudit"
"""The name that pip knows."""


def install_command(extra: str) -> str:
    """The command that installs an extra where genaudit is installed: pip keeps that one, wherever it is from.

    Args:
        extra: Its name in ``setup.cfg``.

    Example:
        >>> install_command("fix")
        "pip install 'genaudit[fix]'"
    """
    return f"pip install '{DISTRIBUTION}[{extra}]'"
