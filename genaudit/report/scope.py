"""What a verdict covers: growth with the data set as well, or what happens over batches alone."""

import re
from collections.abc import Sequence

from genaudit.evidence.accounting import OF_AN_ITEM, kept_after_epoch
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import ArgumentsMark
from genaudit.model.outcome import RunVerdict
from genaudit.model.report import BATCHES_ONLY, EVERYTHING
from genaudit.report.advice import data_options, on_a_line

_MANY = re.compile(r"^(?:list|tuple) of \d|^range\(|^\w+ \w* ?\(\d{2,}")
"""How a value is described that holds many others."""


def tested(evidence: Evidence, verdict: RunVerdict) -> str | None:
    """What was tested; nothing is concluded of what failed to run."""
    if verdict is RunVerdict.ERROR:
        return None
    return EVERYTHING if evidence.first_law is not None or _is_accounted(evidence) else BATCHES_ONLY


def _is_accounted(evidence: Evidence) -> bool:
    """Whether at one size it is known what is held of the data, after the first batch and after a whole epoch."""
    account = evidence.account
    if account is None:
        return False
    if account.holding is not None or account.cached is not None:
        return True
    if account.epoch is None or not account.holds_little:
        return False
    kept = kept_after_epoch(evidence.trial_set, account.epoch)
    return kept is not None and kept < OF_AN_ITEM * account.epoch.bytes


def untested(evidence: Evidence, verdict: RunVerdict) -> str | None:
    """What was not tested, and how to test it."""
    if tested(evidence, verdict) != BATCHES_ONLY:
        return None
    return f"growth with the data set. To test it: {_how(evidence)}"


def _how(evidence: Evidence) -> str:
    request, mark = evidence.recording.request, evidence.arguments
    given = data_options(request.command)
    if request.sizes == "off":
        return f"{_run(request.target, given)} (without --sizes off)"
    if mark is not None and mark.dataset_parameter is not None:
        sizes = _sizes(mark.dataset_items)
        return f"{_run(request.target, [*given, '--sizes', sizes])} (the sizes that were tried gave no two readings)"
    named = _could_be(mark)
    if named is not None:
        return _run(request.target, [*_without(given, "--dataset"), "--dataset", named])
    return _by_function(request.target, mark, given)


def _by_function(target: str, mark: ArgumentsMark | None, given: Sequence[str]) -> str:
    """A function of n makes the arguments, where they are not written into the target itself."""
    head, _, rest = target.rpartition(":")
    called = rest.partition("(")[0]
    plain = f"{head}:{called}" if rest.endswith(")") and rest.count("(") == 1 else target
    options = ["--args-from", "FILE:FN"]
    if mark is None or mark.signature is None:
        function = f"{head or 'MODULE'}:FUNCTION"
        return f"{_run(function, options)}, where FUNCTION makes {called or target} of what FN(n) returns for n items"
    if "--args-from" in given:
        return f"{_run(target, given)}, with a function that takes n and returns the arguments for n items"
    wanted = "where FN(n) returns the arguments for n items"
    if not mark.arguments and "(" not in rest:
        return f"{_run(plain, options)}, {wanted}, once {called} has a parameter for its data"
    return f"{_run(plain, options)}, {wanted}"


def _could_be(mark: ArgumentsMark | None) -> str | None:
    """The one argument that holds many values, and may be the data set."""
    names = [name for name, text in (mark.arguments if mark is not None else {}).items() if _MANY.search(text)]
    return names[0] if len(names) == 1 else None


def _sizes(items: int | None) -> str:
    most = items if items is not None and items >= 4 else 400
    return ",".join(str(max(1, most // part)) for part in (4, 2, 1))


def _without(options: Sequence[str], name: str) -> list[str]:
    kept = list(options)
    while name in kept:
        del kept[kept.index(name) : kept.index(name) + 2]
    return kept


def _run(target: str, options: Sequence[str]) -> str:
    return on_a_line(["genaudit", "run", target], options)
