"""The verified fix of a report: a difference with its proof, or the reason why there is none."""

import msgspec

from genaudit.model.outcome import Location, Outcome


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What running the original and the changed file side by side showed."""

    batches: int
    """Of the original, that were compared."""
    same: bool
    """Byte for byte: in their order, or as the set of items of each epoch."""
    ordered: bool = True
    epochs: int = 0
    """That came to their end in both; 0 where none has an end that is known."""
    items: int | None = None
    """Compared as a set."""
    at_items: int | None = None
    """Size of the data set that was driven, where that is less than the whole."""
    bytes_before: float | None = None
    """What the finding measured, in ``unit``; ``None`` where it measures nothing."""
    bytes_after: float | None = None
    unit: str | None = None
    seconds_ratio: float | None = None
    """Time of an epoch, the changed file to the original: of the second one where there is one."""
    first_epoch_ratio: float | None = None
    """The same of the first epoch, from the call on."""
    epoch_seconds_before: float | None = None
    """What ``seconds_ratio`` is of."""
    epoch_seconds_after: float | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that was fixed."""

    code: str
    name: str
    message: str
    """The sentence of the finding."""
    location: Location | None = None
    rewrite: str
    """Its name."""
    summary: str
    """What was changed, in a line."""
    verified: Verified


class Unfixed(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that was not fixed."""

    code: str
    name: str
    message: str
    location: Location | None = None
    reason: str
    advice: str | None = None
    """What the report advises."""

    @classmethod
    def of(cls, finding: Outcome, reason: str) -> "Unfixed":
        """A finding with the reason why it stays."""
        return cls(
            code=finding.code,
            name=finding.name,
            message=finding.message,
            location=finding.location,
            reason=reason,
            advice=finding.fix,
        )


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """What is retained at several sizes of the data set, at one moment of a drive."""

    at: str
    """``first batch`` or ``end of an epoch``."""
    sizes: list[int]
    retained_bytes: list[int]


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """What ``genaudit fix`` made of a report."""

    diff: str | None = None
    """All changes as a unified difference, in which secrets are masked; ``None`` where nothing is proven."""
    is_masked: bool = False
    """Lines of it are not as in the file, so that it cannot be applied."""
    verified: Verified | None = None
    """Of all changes together."""
    reason: str | None = None
    """Why there is no difference."""
    paths: list[str] = []
    """The files that it changes."""
    changes: list[Change] = []
    """In the order in which they were made."""
    unfixed: list[Unfixed] = []
    written: bool = False
    """The files were changed."""
    before: Curve | None = None
    """Of the code as it was, at the moment at which the report reads the law of growth; ``None`` where the changed code
    was not measured at that moment."""
    after: Curve | None = None
    """With all changes."""
