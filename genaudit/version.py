"""The version of genaudit, and how pip is told to install it."""

__version__ = "0.1.0"
DISTRIBUTION = "genaudit"
"""The name that pip knows."""


def install_command(extra: str, version: str = "") -> str:
    """The command that installs an extra, where genaudit is installed already or its index is known.

    Args:
        extra: Its name in ``setup.cfg``.
        version: The only one that will do; whichever is there where empty.

    Example:
        >>> install_command("fix"), install_command("dask", "1.2")
        ("pip install 'genaudit[fix]'", "pip install 'genaudit[dask]==1.2'")
    """
    return f"pip install '{DISTRIBUTION}[{extra}]{'==' if version else ''}{version}'"
