"""Memory that is still there when what a call returned has been let go."""

from genaudit.evidence.blame.attribution import blame_calls
from genaudit.evidence.calls import CallGrowth
from genaudit.evidence.evidence import Evidence
from genaudit.model.catalogue import CALL_GROWTH
from genaudit.model.limits import Limits
from genaudit.model.outcome import Interval, Level, Verdict
from genaudit.model.rule import rule
from genaudit.rules.answer import Answer, compare, measured, not_applicable
from genaudit.units import KIB, format_bytes

LEAST_BYTES = 256 * KIB
"""Per call: libraries keep some KiB of everything that is made with them."""
BATCHES = 0.5
"""Or so many batches: what is less matters to nobody who trains on them."""
GOES_ON = 0.5
"""Of the growth over all calls; later calls that add less come to a bound."""


@rule(code="GA205", name="call-growth", title="Memory grows with every call", level=Level.ERROR)
def call_growth(evidence: Evidence, _limits: Limits) -> Answer:
    """A function makes the data set; when what it returned has been let go, a part stays, call after call.

    Why it matters:
        Training over folds, a search over settings, or a notebook makes the data set anew each time, and ends when
        memory is full.

    How it is measured:
        In a trial of its own the function is called again and again, a short epoch is pulled, all of it let go and
        memory settled. The first calls are warm-up. The slope of what is retained over the others is a Theil-Sen
        estimate with its interval. What batches leave is batch-growth, and is not reported twice.

    When it is wrong:
        A cache whose bound is more calls than were measured looks the same.

    What to do:
        Look at what outlives the call: registries, module globals, handlers, closures that a library keeps. Of
        tf.data.Dataset.from_generator TensorFlow keeps what the generator's function refers to: let it refer to paths,
        not arrays, or make the pipeline once.
    """
    growth = evidence.call_growth
    if growth is None:
        return not_applicable(
            "asked of functions that return a data set and are quick to call again; --quick leaves it out"
        )
    limit = max(LEAST_BYTES, BATCHES * (growth.batch_bytes or 0))
    slope = _beyond_batches(evidence, growth)
    verdict = compare(slope, limit)
    answer = measured(verdict, slope, "bytes/call", limit)
    if verdict is Verdict.PASS:
        return answer.with_message(f"flat over {growth.calls} calls")
    if verdict is Verdict.INCONCLUSIVE or growth.late < max(limit, GOES_ON * growth.per_call.value):
        # Scatter, or a cache that comes to its bound: nothing says that it goes on.
        message = f"levels off: {format_bytes(max(0.0, growth.late))} per call over the last of {growth.calls} calls"
        return answer.with_message(message, verdict=Verdict.PASS)
    return answer.with_message(
        f"keeps {format_bytes(slope.value)} with every call, over {growth.calls} calls",
        blame=blame_calls(evidence, slope.value),
        fix=CALL_GROWTH.fix,
    )


def _beyond_batches(evidence: Evidence, growth: CallGrowth) -> Interval:
    """The slope without what the batches of each call leave behind, which is another finding."""
    leak, slope = evidence.growth.leak, growth.per_call
    if leak is None or leak.per_batch.low <= 0:
        return slope
    more = leak.per_batch.high * growth.batches
    return Interval(value=slope.value - more, low=slope.low - more, high=slope.high - more)
