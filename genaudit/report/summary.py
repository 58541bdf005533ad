"""The verdict in words: what happens, what it means for the user's data, what to do."""

from genaudit.evidence.evidence import Evidence
from genaudit.model.advice import read_advice
from genaudit.model.outcome import Outcome, RunVerdict, Verdict
from genaudit.model.report import BATCHES_ONLY, Failure, GrowthLaw, Summary
from genaudit.report.judge import worst
from genaudit.report.phrases import count, rounded, sentence
from genaudit.report.scope import tested
from genaudit.report.verdict import failed_trial
from genaudit.units import format_bytes, format_seconds, with_range

HEADLINES = {
    "GA101": "loads its whole data set before the first batch",
    "GA104": "is given the whole data set in memory",
    "GA201": "keeps memory with every batch",
    "GA202": "keeps memory with every epoch",
    "GA203": "caches every item it has seen, without a bound",
    "GA301": "needs many times a batch while it makes one",
    "GA501": "copies the data into every worker",
    "GA502": "opens files and does not close them",
    "GA503": "starts threads and does not end them",
    "GA504": "starts processes and does not end them",
}
PHASES = {
    "interpreter": " before it was imported",
    "import": " while it was imported",
    "arguments": " while its arguments were made",
    "create": " when it was called",
    "close": " when it was closed",
}
LONGEST_MESSAGE = 200
MENDS = {
    "GA101": "Keep paths, offsets or a memory map, and load each item when its batch is made.",
    "GA104": "Pass paths or a memory map (np.load with mmap_mode='r') in place of the data.",
    "GA201": "Let go of the batch: keep a number, or bound what is kept.",
    "GA202": "Clear what belongs to an epoch when the epoch ends.",
    "GA203": "Give the cache a bound, or drop it: the page cache keeps hot files anyway.",
    "GA301": "Fill one preallocated array, and convert in place.",
    "GA501": "Keep the data in arrays, not Python lists; start workers by spawn or forkserver.",
    "GA502": "Close each file when it has been read: use a with statement.",
    "GA503": "End each thread, or keep one pool for all batches.",
    "GA504": "End each process, or keep one pool for all batches.",
}


def summary(
    evidence: Evidence,
    verdict: RunVerdict,
    outcomes: list[Outcome],
    law: GrowthLaw | None,
    failed: Failure | None,
    noun: str,
) -> Summary:
    """Headline, cause, consequence and mend; only what the figures support."""
    found = worst(outcomes)
    if failed is not None and (found is None or verdict is RunVerdict.ERROR):
        return Summary(headline=failure_headline(failed, evidence), cause=_failure_cause(failed), mend=None)
    if found is None:
        if verdict is RunVerdict.INCONCLUSIVE:
            undecided = [outcome for outcome in outcomes if outcome.verdict is Verdict.INCONCLUSIVE]
            return Summary(
                headline="cannot be judged by what was measured",
                cause="; ".join(f"{outcome.name}: {outcome.message}" for outcome in undecided),
            )
        return Summary(headline=_clean_headline(evidence))
    headline = HEADLINES.get(found.code, found.message)
    others = [
        o for o in outcomes if o.is_finding and o.level is found.level and o.code != found.code and o.code in HEADLINES
    ]
    if others:
        headline += ", and " + ", and ".join(HEADLINES[other.code] for other in others[:2])
    return Summary(
        headline=headline,
        cause=_cause(found),
        consequence=_consequence(found, law, evidence, noun),
        mend=_mend(found),
    )


def failure_headline(failed: Failure, evidence: Evidence) -> str:
    """What went wrong, and when."""
    where = _where(failed, evidence)
    timeout = format_seconds(evidence.recording.request.timeout_s)
    limit = format_bytes(evidence.recording.limit.trial_bytes)
    return {
        "raised": f"raised {failed.type}{where}{_said(failed)}",
        "refused": failed.message or "cannot be run as asked",
        "exited": f"ended its process with exit code {failed.exit_code}{where}",
        "crashed": f"crashed with {failed.signal}{where}",
        "killed": f"was killed by {failed.signal}{where}",
        "timed-out": f"hung, or was too slow,{where}: ended after {timeout} (--timeout)",
        "memory-limit": f"passed the memory limit of {limit}{where}",
        "interrupted": f"was interrupted{where}",
        "empty": "yielded no batch",
    }.get(failed.reason, failed.reason)


def _where(failed: Failure, evidence: Evidence) -> str:
    """When it went wrong, as the end of a sentence."""
    if not failed.batch:
        return PHASES.get(failed.phase or "", "")
    trial = failed_trial(evidence.recording)
    # Fast batches share a mark, so that what ends the process leaves the batch open within the next group.
    grouped = failed.type is None and trial is not None and trial.batches and trial.batches[-1].count > 1
    return f" in batch {failed.batch:,}" + (" or soon after" if grouped else "")


def _said(failed: Failure) -> str:
    """The first line of an exception's message."""
    first = (failed.message or "").strip().partition("\n")[0].strip()
    return f": {first[:LONGEST_MESSAGE]}" if first else ""


def _failure_cause(failed: Failure) -> str | None:
    place = f"{failed.location.path}:{failed.location.line}: " if failed.location else ""
    text = failed.message or ""
    return f"{place}{text}" if place or text else None


def _clean_headline(evidence: Evidence) -> str:
    if tested(evidence, RunVerdict.PASS) != BATCHES_ONLY:
        return "memory grows neither with the data set nor with batches"
    return "memory does not grow with batches; growth with the data set was not measured"


def _cause(found: Outcome) -> str:
    if found.location is None:
        return f"{found.message}."
    function = f" in {found.location.function}" if found.location.function else ""
    return f"{found.location.path}:{found.location.line}{function}: {found.message}."


def _consequence(found: Outcome, law: GrowthLaw | None, evidence: Evidence, noun: str) -> str | None:
    limit = format_bytes(evidence.recording.limit.bytes)
    if found.unit == "bytes/item" and law is not None and law.projection is not None:
        return _forecast(law, noun, limit)
    if found.unit in {"bytes/batch", "bytes/epoch"} and found.value:
        room = evidence.recording.limit.bytes - max(0, law.fixed_bytes if law else 0)
        unit = "batch" if found.unit == "bytes/batch" else "epoch"
        return f"{limit} is full after about {count(rounded(max(1.0, room / found.value)), unit)}."
    if found.saving_bytes:
        return f"The machine must have room for {format_bytes(found.saving_bytes)} more than needed."
    return None


def _forecast(law: GrowthLaw, noun: str, limit: str) -> str:
    projection = law.projection
    assert projection is not None
    need = with_range(
        f"{projection.items:,} {noun}s need {format_bytes(projection.bytes.value)}",
        projection.bytes.low,
        projection.bytes.high,
    )
    if projection.items_at_limit is None:
        return f"{need}."
    return f"{limit} is full at {count(rounded(projection.items_at_limit.value), noun)}; {need}."


def _mend(found: Outcome) -> str | None:
    """What to do, in words; a sketch of it is the outcome's own."""
    mend = sentence(read_advice(found.fix).words) or MENDS.get(found.code)
    if mend and found.saving_bytes and found.saving_bytes > 0:
        mend += f" This saves {format_bytes(found.saving_bytes)} of what was measured."
    return mend
