"""A script that runs whole, as ``__main__``, and is watched."""

from __future__ import annotations

import os
import sys

from genaudit.recorder.child.guard import own_imports
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.retention.edges import is_ours
from genaudit.recorder.child.script.run import ScriptRun
from genaudit.recorder.child.watch import rewrite, session
from genaudit.recorder.child.watch.bare import Bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

INTERRUPTED = 130


class Job(ScriptRun):
    """One run of a script to its own end.

    Args:
        spec: ``target`` as for a trial; ``folder`` and ``limit`` of the watch.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        super().__init__(spec, None, None, None)  # type: ignore[arg-type]
        self._words.arguments = list(self._script["arguments"])
        self._spec = spec
        self._session: session.Session | None = None

    def prepare(self) -> None:
        """Make the process one that the script can run in."""
        self._surround()
        begun = self._session = session.begin(
            self._spec["folder"], self._script["file"], tuple(self._words.arguments), self._spec["limit"]
        )
        begun.hooks.install()
        Bare(begun.watch, begun.hooks.tells_of_loop).install()
        sys.modules["genaudit"].__dict__["_consumer"] = lambda value, _steps: session.watch(value, None, None)

    @calls_target
    def run(self) -> None:
        """Run it; what it raises is shown as Python shows it."""
        code: Any = 0
        try:
            self._execute()
        except SystemExit as end:
            code = end.code
            raise
        except BaseException as error:
            code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
            trace = _without_ours(error.__traceback__)
            sys.excepthook(type(error), error.with_traceback(trace), trace)
            sys.exit(code)
        finally:
            self._end(code)

    def _compiled(self, text: bytes | str) -> Any:
        code = rewrite.compiled(text, self._script["file"])
        return super()._compiled(text) if code is None else code

    def _end(self, code: Any) -> None:
        assert self._session is not None
        number = code if isinstance(code, int) else 0 if code is None else 1
        self._session.watch.end("exit" if number == 0 else "failed", number)


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    """A traceback as it is without genaudit."""
    if trace is None:
        return None
    rest = _without_ours(trace.tb_next)
    if is_ours(trace.tb_frame.f_code):
        return rest
    trace.tb_next = rest
    return trace


def main(spec: dict[str, Any]) -> None:
    """Run a job in this process."""
    own_imports.remember()
    job = Job(spec)
    job.prepare()
    os.environ.pop("GENAUDIT_WATCH_SPEC", None)
    job.run()
