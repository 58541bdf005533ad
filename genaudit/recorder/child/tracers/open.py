"""Opens the tracer that a trial asks for; no other is imported."""

from __future__ import annotations

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.tracers.base import NullTracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from genaudit.recorder.child.channel.marks import Marks
    from genaudit.recorder.child.memory.status import Gauge


def open_tracer(spec: dict, marks: Marks, gauge: Gauge, root: str) -> NullTracer:  # type: ignore[type-arg]
    """The engine that a trial asks for, tracing from now on.

    Args:
        spec: As the child gets it.
        root: Only files below this folder are the user's own.
    """
    engine = spec["engine"]
    if engine == "tracemalloc":
        with OwnImports():
            from genaudit.recorder.child.tracers.tracemalloc_tracer import TracemallocTracer

        return TracemallocTracer(marks, spec["depth"], spec["table"])
    if engine == "lines":
        with OwnImports():
            from genaudit.recorder.child.tracers.lines import LineTracer

        return LineTracer(marks, gauge, root, spec["scratch"], peaks_only=spec["peaks_only"])
    if engine == "memray":
        with OwnImports():
            from genaudit.recorder.child.tracers.memray_tracer import MemrayTracer

        return MemrayTracer(marks, spec["scratch"])
    if engine == "digest":
        with OwnImports():
            from genaudit.recorder.child.tracers.fingerprint import FingerprintTracer

        return FingerprintTracer(spec["digest"])
    return NullTracer()
