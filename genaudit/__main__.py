"""``genaudit`` and ``python -m genaudit``."""

# All of these are there already when Python has started. Of the signal module its built-in part: the rest imports
# others, and Ctrl-C may come at any time.
import atexit
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from typing import NoReturn
else:
    import _signal


def _end_on_interrupt() -> None:
    """Have Ctrl-C end the process with a word, until the command itself takes care of it: nothing has begun yet."""

    def end(*_: object) -> None:
        try:
            os.write(2, b"interrupted\n")
        except OSError:
            pass
        finally:
            os._exit(130)

    # As it is where nobody has decided otherwise: not under nohup, nor where this is a part of another program.
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, end)


_end_on_interrupt()


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import gc

    # The classes and functions of libraries are no garbage: looking through them again and again as they are imported
    # takes a tenth of the time.
    gc.set_threshold(100_000, 50, 100)
    try:
        from genaudit.cli.main import main as run
    except (OSError, MemoryError, ImportError) as error:
        _refuse(error)
    try:
        run()
    except SystemExit as end:
        # All is done, and what is left is tidying up.
        _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
        _leave(end.code if isinstance(end.code, int) else 1)


def _refuse(error: Exception) -> "NoReturn":
    """Say that not even genaudit itself could be loaded, as with very few open files allowed."""
    try:
        sys.stderr.write(f"error: genaudit cannot be loaded: {error}\nhint:  look at ulimit -a\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass
    os._exit(2)


def _leave(code: int) -> "NoReturn":
    """End the process without taking down every module one by one, which takes a quarter of a second with figures."""
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        # It has been told, or there is nobody to tell.
        pass
    os._exit(code)


def _here() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - before anything else is imported
    except OSError:
        return ""


if __name__ == "__main__":
    # python -m puts the current folder first, where a json.py of the user's would be everybody's json.
    if sys.path and sys.path[0] in {"", _here()}:
        del sys.path[0]
    main()
