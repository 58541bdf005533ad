"""The child: imports the target, has it run, and ends the process; a mark at every boundary.

Whatever the target does is a result: an exception becomes a mark, and what ends the process leaves all earlier marks.
"""

from __future__ import annotations

from os import _exit as leave

from genaudit.recorder.child.channel.marks import Marks
from genaudit.recorder.child.guard import hooks, own_imports, safeguards
from genaudit.recorder.child.guard.brief_failure import describe_briefly
from genaudit.recorder.child.guard.descriptors import SpareDescriptors
from genaudit.recorder.child.guard.refusal import Refusal
from genaudit.recorder.child.memory.set_aside import may_set_aside, take_back
from genaudit.recorder.child.memory.status import Gauge
from genaudit.recorder.child.phases import Phases

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from genaudit.recorder.child.fork_server import Inherited
    from genaudit.recorder.child.script.found import Found
    from genaudit.recorder.child.script.run import ScriptRun
    from genaudit.recorder.child.target_run import TargetRun


def main(spec: dict, bare: bytes, inherited: Inherited | None = None) -> None:  # type: ignore[type-arg]
    """Run one trial and end the process.

    Args:
        spec: What the parent asks for; ``genaudit.recorder.trial.spec`` names the keys.
        bare: The process's status file as it was when the interpreter had started.
        inherited: What a fork has from the fork server, which has remembered what Python is; ``None`` otherwise.
    """
    if inherited is None:
        own_imports.remember(spec["bare"])
    safeguards.hear_signals()
    safeguards.dump_stacks_to(spec["stacks"])
    trial = Agent(spec, inherited)
    trial.to_the_end(lambda: trial.run(bare))


class Agent:
    """One trial inside its process."""

    def __init__(self, spec: dict, inherited: Inherited | None = None) -> None:  # type: ignore[type-arg]
        self._spec = spec | {"forked": inherited is not None}
        self._marks = Marks(spec["marks"], inherited.seconds if inherited else 0.0)
        self._gauge = self._open_gauge()
        self._spare = SpareDescriptors()
        self._phases = Phases(self._marks, self._gauge, inherited)
        self._run: TargetRun | None = None
        self._script: ScriptRun | None = None

    def to_the_end(self, work: Callable[[], None]) -> None:
        """Do some work, mark what comes of it, and end the process."""
        try:
            work()
        except Refusal as refusal:
            self.refused(refusal)
        except BaseException as error:
            # SystemExit and KeyboardInterrupt too: what the target raises is a result.
            for call, arguments in hooks.UNHOOK:
                try:
                    call(*arguments)
                except BaseException:  # noqa: PERF203, S112 - a hook of the target's has raised once more
                    continue
            try:
                self.raised(error)
            except BaseException:
                # It could not be described, for want of memory or for what the target did; a few words can be written.
                self.raised_somehow(error)
        self.leave()

    def run(self, bare: bytes) -> None:
        """All phases in their order."""
        self._phases.ready(bare)
        if self._spec["forked"] and not may_set_aside(self._spec):
            # Of the libraries that the fork server has imported.
            take_back()
        if self._spec["target"].get("script"):
            self._run_script()
            return
        self._drive(self._import_target())

    def _run_script(self) -> None:
        """Run a script up to where it hands over its source, which is driven there: what it has made stays alive."""
        with own_imports.OwnImports():
            from genaudit.recorder.child.script.run import ScriptRun

        self._phases.enter("setup")
        run = self._script = ScriptRun(
            self._spec,
            self._marks,
            drive=lambda found: self.to_the_end(lambda: self._drive(None, found)),
            refuse=lambda refusal: self.to_the_end(refusal.be_raised),
        )
        run.prepare()
        self._phases.enter("script")
        run.run()

    def _drive(self, module: ModuleType | None, found: Found | None = None) -> None:
        # Our own part comes after the target's import, which it may share modules with, and before the level that the
        # target is measured against.
        with own_imports.OwnImports():
            import inspect  # noqa: F401

            from genaudit.recorder.child.target_run import TargetRun

        self._run = TargetRun(self._spec, self._marks, self._gauge, self._phases)
        self._run.run(module, found)

    def _import_target(self) -> ModuleType:
        with own_imports.OwnImports():
            from genaudit.recorder.child.call import resolve

        if self._spec["engine"] == "digest":
            with own_imports.OwnImports():
                from genaudit.recorder.child.guard.seeds import fix_seeds

            # Once before the import too, which may shuffle a list of files.
            fix_seeds()
        self._phases.enter("import")
        return resolve.load_module(self._spec["target"])

    def refused(self, refusal: Refusal) -> None:
        """Mark that the target cannot be used as it was asked for."""
        self._marks.write("raised", phase=self._phases.name, batch=0, **refusal.describe())

    def raised(self, error: BaseException) -> None:
        """Mark an exception of the target, after the batches that were measured."""
        self._marks.leave_if_copied()
        self._spare.release()
        changed = own_imports.taken_away()
        with own_imports.OwnImports():
            from genaudit.recorder.child.guard.failure import describe

            fields = describe(error, changed)
            if self._script is not None and self._script.cell:
                fields["message"] += f" (code cell {self._script.cell})"
            if self._run is not None:
                self._run.flush()
            self._marks.write("raised", phase=self._phases.name, batch=self._batch_in_progress(), **fields)
        if self._run is not None:
            self._run.stop_tracer()

    def raised_somehow(self, error: BaseException) -> None:
        """Mark an exception in few words."""
        fields = describe_briefly(error)
        self._marks.write("raised", phase=self._phases.name, batch=self._batch_in_progress(), **fields)

    def leave(self) -> None:
        """End the process; all marks are written."""
        try:
            self._marks.write("left")
            with own_imports.OwnImports():
                from genaudit.recorder.child.leaving import leave as tidily

            tidily()
        finally:
            # Where nothing can be written or imported any more.
            leave(0)

    def _open_gauge(self) -> Gauge:
        """Where memory is read: in this process, or by the parent."""
        if not self._spec["asks"]:
            return Gauge()
        from genaudit.recorder.child.channel.marks import Control
        from genaudit.recorder.child.memory.asked import AskedGauge

        return AskedGauge(Control(self._spec["control"], self._marks))

    def _batch_in_progress(self) -> int:
        return self._run.batch_in_progress if self._run is not None else 0
