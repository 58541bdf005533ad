"""The line that opens a file, starts a thread or a process, from the calls that the child saw."""

from genaudit.evidence.blame.sites import Blame
from genaudit.evidence.evidence import Evidence


def blame_handles(evidence: Evidence, field: str) -> Blame | None:
    """The user's line that most handles of a kind came from."""
    calls: dict[tuple[str, int], int] = {}
    for trial in evidence.recording.trials:
        for mark in trial.sites:
            if mark.engine != f"handles:{field}":
                continue
            for site in mark.sites:
                frame = evidence.project.deepest(site.frames)
                if frame is not None:
                    calls[frame.path, frame.line] = calls.get((frame.path, frame.line), 0) + site.blocks
    if not calls:
        return None
    (path, line), n_calls = max(calls.items(), key=lambda item: item[1])
    return Blame(
        path=path,
        line=line,
        function=evidence.project.function_at(path, line),
        n_bytes=0,
        share=n_calls / sum(calls.values()),
    )
