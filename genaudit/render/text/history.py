"""The words for what a target was at an earlier time."""

from genaudit.model.recording import Revision

SHORT_COMMIT = 8


def revision_text(revision: Revision | None) -> str:
    """The revision of the code in a few words; empty where it is not known.

    Example:
        >>> revision_text(Revision(commit="320cd37a9f5b", branch="main", dirty=True))
        '320cd37a with changes, on main'
    """
    if revision is None:
        return ""
    commit = revision.commit[:SHORT_COMMIT] if revision.commit else "before the first commit"
    changed = " with changes" if revision.dirty else ""
    return f"{commit}{changed}" + (f", on {revision.branch}" if revision.branch else "")
