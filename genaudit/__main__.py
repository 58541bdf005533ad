"""``genaudit`` and ``python -m genaudit``."""

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import signal

    from genaudit.cli.main import main as run

    try:
        run()
    finally:
        # All is done, and what is left is Python's own tidying up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    # python -m puts the current folder first, where a json.py of the user's would be everybody's json.
    if sys.path and sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109 - before anything else is imported
        del sys.path[0]
    main()
