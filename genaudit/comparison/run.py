"""The whole path of a comparison: an audit of each variant, drives that take turns, batches, and the result."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from genaudit.comparison import drives
from genaudit.comparison.build import concluded
from genaudit.comparison.drives import Runner
from genaudit.comparison.growth import Experiment
from genaudit.comparison.options import Options
from genaudit.comparison.same_data import Checker, Side
from genaudit.comparison.variants import Contender, contenders
from genaudit.comparison.worktree import at_revision, check_origin, worktree
from genaudit.errors import GenauditError, UsageError
from genaudit.experiment.staging import stage
from genaudit.interrupts import held_off
from genaudit.model.codec import with_valid_text
from genaudit.model.comparison import BatchCheck, Comparison, SameData
from genaudit.model.outcome import RunVerdict
from genaudit.model.report import Report
from genaudit.pipeline import inputs_of, record
from genaudit.recorder.trial.monitor import Interrupted, Progress
from genaudit.report.build import conclude

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Talk(msgspec.Struct, frozen=True):
    """Who is told what is going on."""

    say: Callable[[str], None] = lambda _: None
    """Told once for each step."""
    progress: Callable[[Progress], None] = lambda _: None
    """Told a few times a second."""


def conduct(targets: Sequence[str], options: Options, talk: Talk | None = None) -> Comparison:
    """Compare as the options say.

    Raises:
        GenauditError: A target or an argument cannot be understood.
    """
    with _contenders(targets, options) as found:
        return _Conduct(found, options, talk or Talk()).run()


@contextlib.contextmanager
def _contenders(targets: Sequence[str], options: Options) -> Iterator[list[Contender]]:
    """The variants, with another revision checked out for as long as they are needed."""
    arguments, values, own = options.job.arguments, options.job.values, options.variant_values
    configured = options.configured or [{} for _ in targets]
    if options.against is None:
        found = contenders(targets, arguments, values, own)
        pairs = zip(found, configured, strict=True)
        yield [msgspec.structs.replace(one, configured=given) for one, given in pairs]
        return
    if len(targets) != 1:
        raise UsageError(
            "--against compares one target with its other revision", slug="several-targets", hint="name one target"
        )
    old, new = (
        msgspec.structs.replace(one, configured=configured[0])
        for one in contenders([targets[0], targets[0]], arguments, values, own)
    )
    with worktree(options.against) as tree:
        yield [at_revision(old, tree), msgspec.structs.replace(new, name="working tree")]


class _Conduct:
    """One comparison on its way."""

    def __init__(self, found: list[Contender], options: Options, talk: Talk) -> None:
        self._found = found
        self._options = options
        self._talk = talk
        self._runners: list[Runner] = []
        self._checks: dict[int, BatchCheck] = {}
        self._items: int | None = None
        self._interrupted = False

    def run(self) -> Comparison:
        """Audits, turns, batches; what Ctrl-C leaves is kept."""
        with contextlib.suppress(Interrupted):
            self._interrupted = True
            for contender in self._found:
                self._audit(contender)
            self._items = drives.common_size(self._runners)
            job = self._options.job
            drives.take_turns(
                self._runners,
                items=self._items,
                batches=job.batches if job.epochs is None else job.request.max_batches,
                repeats=job.repeats,
                say=self._talk.say,
            )
            if self._options.check_batches:
                self._check()
            self._interrupted = False
        with held_off():
            found = concluded(
                self._runners, self._checks, options=self._options, items=self._items, interrupted=self._interrupted
            )
            return with_valid_text(found)

    def _audit(self, contender: Contender) -> None:
        number = f"{len(self._runners) + 1} of {len(self._found)}"
        # Which of the texts that it is called with are secrets is not known yet.
        self._talk.say(f"auditing {_QUOTED.sub('…', contender.name)} ({number})")
        job = msgspec.structs.replace(
            self._options.job,
            target=contender.launch,
            arguments=contender.arguments,
            values=contender.values,
            configured=contender.configured,
            import_from=contender.import_from,
            lenient=True,
            repeats=1,
            quick=True,
        )
        try:
            recording = record(job, self._talk.progress)
        except GenauditError as error:
            # Which of the targets cannot be used as it was asked for?
            raise _named(error, contender) from error
        staged = stage(job.request, inputs_of(job), memory_limit=job.memory_limit, progress=self._talk.progress)
        for trial in recording.trials:
            staged.covering.trial(trial)
        contender = msgspec.structs.replace(contender, name=staged.covering.text(contender.name))
        shown = msgspec.structs.replace(
            recording,
            request=msgspec.structs.replace(recording.request, target=staged.covering.text(contender.target)),
            working_directory=contender.root or recording.working_directory,
        )
        report = conclude(shown)
        check_origin(contender, report.target.path)
        runner = Runner(len(self._runners), contender, recording, report, staged, Experiment(recording, report))
        if report.verdict is RunVerdict.ERROR or report.failure is not None or report.batches is None:
            runner.problem = _problem(report)
            runner.reason = report.failure.reason if report.failure else "empty"
        self._runners.append(runner)
        if recording.interrupted:
            raise Interrupted(recording.trials[-1])

    def _check(self) -> None:
        """Compare the batches of each variant with the first one's."""
        base, *others = self._runners
        options = self._options
        sides = [Side(one.name, one.stage, drives.size_of(one, self._items)) for one in self._runners]
        epochs = options.job.epochs or (1 if options.unordered else None)
        checker = Checker(
            sides[0],
            batches=options.job.batches if epochs is None else None,
            epochs=epochs,
            unordered=options.unordered,
            say=self._talk.say,
        )
        for runner in others:
            broken = next((one for one in (base, runner) if one.report.batches is None), None)
            if broken is None:
                self._checks[runner.at] = checker.check(sides[runner.at])
            else:
                self._checks[runner.at] = BatchCheck(
                    verdict=SameData.UNKNOWN,
                    ordered=not options.unordered,
                    batches=0,
                    items=None,
                    epochs=0,
                    reason=f"{broken.name} {broken.problem or 'yielded no batch'}",
                )


def _problem(report: Report) -> str:
    """Why an audit could not be followed by drives."""
    headline = report.summary.headline
    passed_limit = report.failure is not None and report.failure.reason == "memory-limit"
    return f"{headline}, and passed the memory limit" if passed_limit and "memory limit" not in headline else headline


def _named(error: GenauditError, contender: Contender) -> GenauditError:
    """The error with the name of the variant before it."""
    named = GenauditError(f"{contender.name}: {error.message}", slug=error.slug, hint=error.hint)
    named.exit_code = error.exit_code
    return named
