"""``genaudit`` and ``python -m genaudit``."""

import atexit
import os
import sys
from typing import NoReturn


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import gc
    import signal

    # The classes and functions of libraries are no garbage: looking through them again and again as they are imported
    # takes a tenth of the time.
    gc.set_threshold(100_000, 50, 100)
    from genaudit.cli.main import main as run

    try:
        run()
    except SystemExit as end:
        # All is done, and what is left is tidying up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _leave(end.code if isinstance(end.code, int) else 1)


def _leave(code: int) -> NoReturn:
    """End the process without taking down every module one by one, which takes a quarter of a second with figures."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        # Python tells what went wrong as it ends.
        sys.exit(code)
    os._exit(code)


if __name__ == "__main__":
    # python -m puts the current folder first, where a json.py of the user's would be everybody's json.
    if sys.path and sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109 - before anything else is imported
        del sys.path[0]
    main()
