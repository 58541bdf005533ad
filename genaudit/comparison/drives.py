"""Drives that take turns, A B A B, so that a machine that gets slower or faster meanwhile is fair to all."""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.comparison.figures import Measured, drive_of
from genaudit.comparison.growth import Experiment, Slopes
from genaudit.comparison.variants import VariantSpec
from genaudit.experiment import sizes as plan
from genaudit.experiment.session import ExperimentSession
from genaudit.model.comparison import Drive
from genaudit.model.recording import Recording, Trial
from genaudit.model.report import Report
from genaudit.report.failures import ending


class AuditedVariant(msgspec.Struct):
    """A variant with its audit, the drives so far, and what it takes to run it again."""

    index: int
    """Among the variants; the first is what the others are compared with."""
    spec: VariantSpec
    recording: Recording
    report: Report
    session: ExperimentSession
    growth: Experiment
    drives: list[Drive] = []
    trials: list[Trial] = []
    problem: str | None = None
    reason: str = ""
    """Of the problem, as in a trial's exit."""

    @property
    def name(self) -> str:
        """As in tables."""
        return self.spec.name

    def measured(self, resolution: float) -> Measured:
        """What figures are made of.

        Args:
            resolution: How much two readings of the same thing may differ between processes.
        """
        return Measured(
            drives=self.drives,
            report=self.report,
            resolution=resolution,
            item_span=self.growth.item_span,
            batch_span=self.growth.batch_span,
        )

    @property
    def is_measurable(self) -> bool:
        """Whether it made batches in its audit, and in every drive since."""
        return self.problem is None


def common_size(variants: list[AuditedVariant]) -> int | None:
    """The largest size that every variant could be driven at; ``None`` to drive each at its whole.

    A variant that loads everything may be driven at a part of the data set only; the others are then driven at that
    part too, or their figures would not be of the same thing.
    """
    driven = [_driven_items(variant) for variant in variants if variant.is_measurable]
    known = [items for items in driven if items is not None]
    wholes = [variant.report.target.items for variant in variants if variant.is_measurable]
    if not known or all(items == whole for items, whole in zip(driven, wholes, strict=True)):
        return None
    return min(known)


def size_of(variant: AuditedVariant, items: int | None) -> dict[str, Any]:
    """The size of a trial of a variant."""
    whole = variant.report.target.items
    return {"all": True} if items is None or whole is None or items >= whole else {"items": items}


def take_turns(
    variants: list[AuditedVariant], *, items: int | None, batches: int, repeats: int, say: Callable[[str], None]
) -> None:
    """Drive each variant in each round, then measure its growth; what ends badly takes no further turn.

    Raises:
        Interrupted: On Ctrl-C; drives so far are kept.
    """
    for round_ in range(1, repeats + 1):
        for variant in [variant for variant in variants if variant.is_measurable]:
            say(f"round {round_} of {repeats}: {variant.name}")
            _drive(variant, items, batches, round_)
        for variant in [variant for variant in variants if variant.is_measurable]:
            # The audit was the first time.
            if round_ > 1:
                say(f"round {round_} of {repeats}: growth of {variant.name}")
            slopes = variant.growth.of_the_audit() if round_ == 1 else _measure_growth(variant)
            variant.drives[-1] = msgspec.structs.replace(
                variant.drives[-1],
                growth_bytes_per_item=slopes.per_item,
                growth_bytes_per_batch=slopes.per_batch,
            )


def _drive(variant: AuditedVariant, items: int | None, batches: int, round_: int) -> None:
    request = variant.session.request
    trial = _run(
        variant,
        kind="clean",
        size=size_of(variant, items),
        batches=batches,
        epochs=request.epochs,
        hold=request.hold,
        own_allocator=True,
        settle_every=plan.settle_every(request),
        soft_s=request.timeout_s * plan.SHARE_OF_TIMEOUT,
    )
    variant.trials.append(trial)
    variant.drives.append(drive_of(trial, round_=round_, variant=variant.index))
    if trial.exit.reason != "completed":
        variant.problem = f"{ending(trial)} in a drive"
        variant.reason = trial.exit.reason


def _measure_growth(variant: AuditedVariant) -> Slopes:
    limit = variant.session.request.timeout_s * plan.SHARE_OF_TIMEOUT

    def run(fields: dict[str, Any]) -> Trial:
        return _run(variant, **{"soft_s": limit if fields["kind"] == "clean" else plan.SMALL_SOFT_S, **fields})

    return variant.growth.again(variant.trials[-1], run)


def _run(variant: AuditedVariant, **fields: Any) -> Trial:
    return variant.session.run_apart(variant.session.spec(**fields))


def _driven_items(variant: AuditedVariant) -> int | None:
    """Items of the largest trial of the audit that was driven to its end."""
    trials = [trial for trial in variant.recording.trials if trial.kind in {"clean", "scaled"}]
    sizes = [trial.items for trial in trials if trial.items is not None and trial.exit.reason == "completed"]
    return max(sizes, default=None)
