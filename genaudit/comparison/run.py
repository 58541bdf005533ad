"""The whole path of a comparison: an audit of each variant, drives that take turns, batches, and the result."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from genaudit.comparison import drives
from genaudit.comparison.audits import audited
from genaudit.comparison.build import concluded
from genaudit.comparison.drives import AuditedVariant
from genaudit.comparison.options import Options
from genaudit.comparison.same_data import Checker
from genaudit.comparison.variants import VariantSpec, variant_specs
from genaudit.comparison.worktree import at_revision, worktree
from genaudit.errors import UsageError
from genaudit.interrupts import defer_interrupts
from genaudit.model.codec import with_valid_text
from genaudit.model.comparison import BatchCheck, Comparison, SameData
from genaudit.model.progress import Progress
from genaudit.recorder.remote.cluster import cluster_at
from genaudit.recorder.trial.monitor import Interrupted

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class Callbacks(msgspec.Struct, frozen=True):
    """What is called while a comparison runs."""

    say: Callable[[str], None] = lambda _: None
    """Called once for each step."""
    progress: Callable[[Progress], None] = lambda _: None
    """Called a few times a second."""


def conduct(targets: Sequence[str], options: Options, callbacks: Callbacks | None = None) -> Comparison:
    """Compare as the options say.

    Raises:
        GenauditError: A target or an argument cannot be understood.
    """
    with _specs(targets, options) as specs:
        return _ComparisonRun(specs, options, callbacks or Callbacks()).run()


@contextlib.contextmanager
def _specs(targets: Sequence[str], options: Options) -> Iterator[list[VariantSpec]]:
    """The variants, with another revision checked out for as long as they are needed."""
    arguments, values, own = options.job.arguments, options.job.values, options.variant_values
    configured = options.configured or [{} for _ in targets]
    if options.against is None:
        specs = variant_specs(targets, arguments, values, own)
        yield [msgspec.structs.replace(spec, configured=given) for spec, given in zip(specs, configured, strict=True)]
        return
    if len(targets) != 1:
        raise UsageError(
            "--against compares one target with its other revision", slug="several-targets", hint="name one target"
        )
    old, new = (
        msgspec.structs.replace(spec, configured=configured[0])
        for spec in variant_specs([targets[0], targets[0]], arguments, values, own)
    )
    with worktree(options.against) as tree:
        yield [at_revision(old, tree), msgspec.structs.replace(new, name="working tree")]


class _ComparisonRun:
    """One comparison: what was measured so far, and the steps to the rest."""

    def __init__(self, specs: list[VariantSpec], options: Options, callbacks: Callbacks) -> None:
        self._specs = specs
        self._options = options
        self._callbacks = callbacks
        self._variants: list[AuditedVariant] = []
        self._checks: dict[int, BatchCheck] = {}
        self._items: int | None = None
        self._sessions = contextlib.ExitStack()

    def run(self) -> Comparison:
        """The comparison; after Ctrl-C, of what had been measured by then."""
        interrupted = False
        with self._sessions:
            try:
                if self._options.job.dask is not None:
                    # Variants are compared with each other, so all of them run on one host.
                    self._sessions.enter_context(cluster_at(self._options.job.dask, together=True))
                self._measure()
            except Interrupted:
                interrupted = True
        with defer_interrupts():
            comparison = concluded(
                self._variants, self._checks, options=self._options, items=self._items, interrupted=interrupted
            )
            return with_valid_text(comparison)

    def _measure(self) -> None:
        """Audit each variant, drive them in turns, compare their batches.

        Raises:
            Interrupted: On Ctrl-C.
        """
        for spec in self._specs:
            self._audit(spec)
        self._items = drives.common_size(self._variants)
        job = self._options.job
        drives.take_turns(
            self._variants,
            items=self._items,
            batches=job.batches if job.epochs is None else job.request.max_batches,
            repeats=job.repeats,
            say=self._callbacks.say,
        )
        if self._options.check_batches:
            self._check()

    def _audit(self, spec: VariantSpec) -> None:
        number = f"{len(self._variants) + 1} of {len(self._specs)}"
        # Which of the texts that it is called with are secrets is not known yet.
        self._callbacks.say(f"auditing {_QUOTED.sub('…', spec.name)} ({number})")
        variant = audited(
            spec, len(self._variants), self._options.job, sessions=self._sessions, progress=self._callbacks.progress
        )
        self._variants.append(variant)
        if variant.recording.interrupted:
            raise Interrupted(variant.recording.trials[-1])

    def _check(self) -> None:
        """Compare the batches of each variant with the first one's."""
        base, *others = self._variants
        options = self._options
        epochs = options.job.epochs or (1 if options.unordered else None)
        checker = Checker(
            base,
            items=self._items,
            batches=options.job.batches if epochs is None else None,
            epochs=epochs,
            unordered=options.unordered,
            say=self._callbacks.say,
        )
        for variant in others:
            broken = next((side for side in (base, variant) if side.report.batches is None), None)
            if broken is None:
                self._checks[variant.index] = checker.check(variant)
            else:
                self._checks[variant.index] = BatchCheck(
                    verdict=SameData.UNKNOWN,
                    ordered=not options.unordered,
                    batches=0,
                    items=None,
                    epochs=0,
                    reason=f"{broken.name} {broken.problem or 'yielded no batch'}",
                )
