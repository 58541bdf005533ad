"""The clean trial in memory-profiler's file format, for ``mprof plot``."""

import datetime as dt

import msgspec

from genaudit.model.report import Report
from genaudit.render.safe import one_line, printable_report
from genaudit.units import MIB


def render_mprof(report: Report) -> bytes:
    """Memory over time, and the phases as functions.

    Lines are ``CMDLINE``, ``MEM`` with MiB and seconds since 1970, and ``FUNC`` with a name and both ends. Times count
    from when the run was made.
    """
    report = printable_report(msgspec.structs.replace(report, sources=[], outcomes=[], rules=[], sites=[]))
    began = _seconds(report.created_at)
    command = one_line(" ".join(report.command))
    lines = [f"CMDLINE {command}"]
    samples = report.timeline.samples if report.timeline else []
    lines += [f"MEM {sample.rss_bytes / MIB:.6f} {began + sample.at_s:.4f}" for sample in samples]
    before = 0
    for phase in report.phases:
        start, end = began + phase.start_s, began + phase.start_s + phase.seconds
        lines.append(
            f"FUNC {'-'.join(phase.name.split())} {before / MIB:.4f} {start:.4f} {phase.rss_bytes / MIB:.4f} {end:.4f}"
        )
        before = phase.rss_bytes
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def _seconds(created_at: str) -> float:
    """Seconds since 1970; 0 where the text is no date."""
    try:
        return dt.datetime.fromisoformat(created_at.replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0
