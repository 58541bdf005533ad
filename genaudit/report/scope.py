"""What a verdict covers: growth with the data set as well, or what happens over batches alone."""

import re
from collections.abc import Sequence

from genaudit.evidence.accounting import OF_AN_ITEM, kept_after_epoch
from genaudit.evidence.evidence import Evidence
from genaudit.model.marks import SCRIPT, ArgumentsMark
from genaudit.model.outcome import RunVerdict
from genaudit.model.report import BATCHES_ONLY, EVERYTHING
from genaudit.report.advice import data_options, is_of_notebook, on_a_line, run_again

_MANY = re.compile(r"^(?:list|tuple) of \d|^range\(|^\w+ \w* ?\(\d{2,}")
"""How a value is described that holds many others."""
_COUNTS = {"n", "num", "count", "total", "limit", "length", "nsamples"}
_OF = {"n", "nb", "num", "number", "count", "total", "max", "limit", "size", "len", "length"}
_ITEMS = {
    "samples",
    "items",
    "images",
    "examples",
    "rows",
    "records",
    "files",
    "points",
    "dataset",
    "data",
    "sequences",
}
FEWEST_ITEMS = 16
"""A smaller number is hardly one of items."""


def tested(evidence: Evidence, verdict: RunVerdict) -> str | None:
    """What was tested; nothing is concluded of what failed to run."""
    if verdict is RunVerdict.ERROR:
        return None
    is_scaled = evidence.first_law is not None and not evidence.is_of_parts
    return EVERYTHING if is_scaled or _is_accounted(evidence) else BATCHES_ONLY


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
    if is_of_notebook(request.target):
        return _in_notebook(request.target)
    if mark is not None and mark.kind == SCRIPT:
        return _of_a_script(evidence)
    if request.sizes == "off":
        return f"{_run(request.target, given)} (without --sizes off)"
    if mark is not None and evidence.is_of_parts:
        # What the object itself holds was not seen in all.
        return _by_function(request.target, mark, _without(given, "--dataset"))
    if mark is not None and mark.dataset_parameter is not None:
        sizes = _sizes(mark.dataset_items)
        return f"{_run(request.target, [*given, '--sizes', sizes])} (the sizes that were tried gave no two readings)"
    named = _could_be(mark)
    if named is not None:
        return _run(request.target, [*_without(given, "--dataset"), "--dataset", named])
    return _by_function(request.target, mark, given)


def _in_notebook(target: str) -> str:
    """What can be cut to a size is an argument of a call."""
    name = target.partition(":")[2]
    return (
        f"%genaudit {name}(DATA), with a list of files, an array or a folder as its argument"
        if name
        else "give the call itself its data: %genaudit train_gen(paths), in place of a cell that iterates"
    )


def _of_a_script(evidence: Evidence) -> str:
    """A script has a size of its own to be told, or an epoch with an end."""
    command = list(evidence.recording.request.command)
    could_be = evidence.arguments.could_be if evidence.arguments is not None else []
    if could_be and "--" in command:
        at = command.index("--")
        chosen = on_a_line([*command[:at], "--dataset", could_be[0], *command[at:]], [])
        return f"{chosen}, where {' or '.join(could_be)} is the data set"
    run = run_again(evidence.recording)
    more = f"{run} -- --limit {{n}}" if " -- " not in run else f"{run} --limit {{n}}"
    way = f"{more}, where --limit is the script's own option for how many items it uses"
    if evidence.epoch_length is None:
        return f"{way}; or tell how long an epoch is: steps_per_epoch, or genaudit.source(…, steps=N)"
    return way


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
    """The one argument that holds many values, or says how many there are, and may be the data set."""
    arguments = mark.arguments if mark is not None else {}
    if mark is not None and mark.could_be:
        return mark.could_be[0]
    names = [name for name, text in arguments.items() if _MANY.search(text)]
    names = names or [name for name, text in arguments.items() if _counts_items(name, text)]
    return names[0] if len(names) == 1 else None


def _counts_items(name: str, text: str) -> bool:
    """Whether an argument is a number of items, by its name."""
    words = set(name.lower().split("_"))
    named = name.lower() in _COUNTS or (words & _OF and words & _ITEMS)
    return bool(named) and text.isdigit() and int(text) >= FEWEST_ITEMS


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
