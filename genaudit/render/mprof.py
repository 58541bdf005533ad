"""The clean trial in memory-profiler's file format, for ``mprof plot``."""

import datetime as dt

from genaudit.model.report import Report
from genaudit.units import MIB


def render_mprof(report: Report) -> bytes:
    """Memory over time, and the phases as functions.

    Lines are ``CMDLINE``, ``MEM`` with MiB and seconds since 1970, and ``FUNC`` with a name and both ends. Times count
    from when the run was made.
    """
    began = dt.datetime.fromisoformat(report.created_at.replace("Z", "+00:00")).timestamp()
    command = " ".join(word.replace("\n", " ") for word in report.command)
    lines = [f"CMDLINE {command}"]
    samples = report.timeline.samples if report.timeline else []
    lines += [f"MEM {sample.rss_bytes / MIB:.6f} {began + sample.at_s:.4f}" for sample in samples]
    before = 0
    for phase in report.phases:
        start, end = began + phase.start_s, began + phase.start_s + phase.seconds
        lines.append(f"FUNC {phase.name} {before / MIB:.4f} {start:.4f} {phase.rss_bytes / MIB:.4f} {end:.4f}")
        before = phase.rss_bytes
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")
