"""Puts the report together."""

from genaudit.evidence.blame.notebook_cells import cells_shown, place_in, with_cells
from genaudit.evidence.evidence import Evidence
from genaudit.files import shown_path
from genaudit.lint.rules.catalogue import RULES as STATIC_RULES
from genaudit.model.limits import Limits
from genaudit.model.marks import SCRIPT
from genaudit.model.outcome import Outcome, RunVerdict
from genaudit.model.recording import Recording, Skipped, Trial
from genaudit.model.report import MachineMemory, Overhead, Place, Report, Target
from genaudit.model.rule import RuleInfo
from genaudit.report import tables
from genaudit.report.advice import advised, is_of_notebook, watch_it
from genaudit.report.curves import with_held_line
from genaudit.report.excerpts import excerpts
from genaudit.report.failures import WHY_EMPTY
from genaudit.report.growth_law import growth_law
from genaudit.report.holders import accounting, grown, held_at, holders, retention
from genaudit.report.judge import judge
from genaudit.report.scope import tested, untested
from genaudit.report.script.place import place, subject
from genaudit.report.script.workers import worker_notes
from genaudit.report.summary import summary
from genaudit.report.timeline import process_timeline, timeline
from genaudit.report.verdict import exit_code, failed_trial, failure, run_verdict, worst
from genaudit.rules import RULES
from genaudit.units import format_bytes

NOUNS = {"frame": "row", "rows": "row", "made": "row", "array": "item", "function": "item"}


def conclude(
    recording: Recording,
    *,
    limits: Limits | None = None,
    fail_on: str = "error",
    exit_zero: bool = False,
    strict: bool = False,
) -> Report:
    """The report of a recording. The same recording gives the same report, on any machine.

    Args:
        limits: The numbers that rules compare with; the defaults where ``None``.
        fail_on: The lowest level that makes the exit code 1: error, warn, never.
        exit_zero: Findings do not change the exit code.
        strict: An inconclusive outcome does, and a verdict on batches only.
    """
    limits = limits or Limits()
    evidence = Evidence(recording)
    outcomes = with_cells(advised(judge(evidence, limits), evidence), recording)
    failed = next(iter(with_cells(filter(None, [failure(evidence)]), recording)), None)
    verdict = run_verdict(outcomes, failed)
    covered = tested(evidence, verdict)
    law = growth_law(evidence, worst(outcomes))
    where = place(evidence, worst(outcomes), verdict)
    shown = failed_trial(recording) or evidence.trial_set.clean or next(iter(evidence.trials), None)
    line = timeline(shown) if shown else None
    sites, untraced = tables.sites(evidence)
    noun = _noun(evidence)
    return Report(
        genaudit_version=recording.genaudit_version,
        command=recording.request.command,
        created_at=recording.created_at,
        environment=recording.environment,
        target=_target(evidence, noun),
        verdict=verdict,
        exit_code=int(exit_code(outcomes, failed, fail_on=fail_on, exit_zero=exit_zero, strict=strict, tested=covered)),
        summary=summary(evidence, verdict, outcomes, law, failed, noun, subject(evidence, where)),
        outcomes=outcomes,
        growth_law=law,
        phases=tables.phases(shown) if shown else [],
        batches=with_held_line(tables.batches(evidence, shown), line) if shown else None,
        peak=tables.peak(shown),
        resources=tables.resources(shown) if shown else None,
        sites=sites,
        untraced_bytes=untraced,
        traced=tables.traced(evidence),
        trials=tables.trial_rows(evidence),
        skipped=recording.skipped,
        surface=tables.surface(evidence),
        timeline=line,
        processes=shown.peak_processes if shown else [],
        process_timeline=process_timeline(shown) if shown else None,
        machine=MachineMemory(
            bytes=recording.limit.bytes, source=recording.limit.source, trial_limit_bytes=recording.limit.trial_bytes
        ),
        overhead=_overhead(evidence),
        sources=excerpts(evidence, outcomes, failed, sites),
        started=tables.started(recording),
        notes=_notes(evidence) + _not_run(evidence, verdict, where),
        failure=failed,
        rules=_rules(outcomes),
        tested=covered,
        untested=untested(evidence, verdict),
        place=where,
        holders=with_cells(holders(evidence, outcomes), recording),
        retention=with_cells(retention(evidence), recording),
        held_at=held_at(evidence),
        grown=with_cells(grown(evidence), recording),
        accounting=accounting(evidence),
        fix=recording.fix,
        revision=recording.revision,
        cells=cells_shown(recording),
    )


def _target(evidence: Evidence, noun: str) -> Target:
    recording, mark = evidence.recording, evidence.arguments
    module, _, qualname = recording.request.target.rpartition(":")
    if mark is None:
        return Target(spec=recording.request.target, module=module.rstrip(":"), qualname=qualname, item_noun=noun)
    driver = evidence.trial_set.driver
    return Target(
        spec=recording.request.target,
        module=module.rstrip(":"),
        qualname=qualname,
        path=shown_path(mark.path, recording.working_directory) if mark.path else None,
        line=mark.line,
        kind=driver.kind if driver else mark.kind,
        signature=mark.signature,
        arguments=mark.arguments,
        filled=mark.filled,
        dataset_parameter=mark.dataset_parameter,
        dataset_kind=mark.dataset_kind,
        items=mark.dataset_items,
        item_noun=noun,
        source=_source(evidence),
        is_first_source=_is_first_source(evidence),
    )


def _source(evidence: Evidence) -> str | None:
    """What a script handed over and was driven, in words."""
    recording = evidence.recording
    found = evidence.trial_set.handed
    if found is None:
        return None
    name = found.name or found.role or found.type
    role = f" as {found.role}" if found.role and found.role != name else ""
    steps = f", {found.steps:,} steps an epoch" if found.steps else ""
    place = place_in(recording, found.path, found.line).place
    return f"{name}, handed to {found.consumer}{role} at {place}{steps}"


def _is_first_source(evidence: Evidence) -> bool:
    request, handed, driver = evidence.recording.request, evidence.trial_set.handed, evidence.trial_set.driver
    if handed is None or handed.number != 1 or is_of_notebook(request.target):
        return False
    asked = any(word.partition("=")[0] == "--source" for word in request.command)
    # Those of the same call are named in a note.
    return not asked and (driver is None or not driver.others)


def _rules(outcomes: list[Outcome]) -> list[RuleInfo]:
    """Every measured rule, and of the static ones those that found something."""
    infos = [rule.info for rule in RULES]
    others = {outcome.code for outcome in outcomes} - {info.code for info in infos}
    return infos + [rule.info for rule in STATIC_RULES if rule.info.code in others]


def _noun(evidence: Evidence) -> str:
    """What one item is called."""
    if (evidence.recording.request.synth or "").startswith("images"):
        return "image"
    mark = evidence.arguments
    kind = mark.dataset_kind if mark else None
    if kind in {"files", "directory"}:
        return "image" if mark and mark.looks_like_images else "file"
    return NOUNS.get(kind or "", "item")


def _overhead(evidence: Evidence) -> Overhead:
    """What measuring costs in the child."""
    tracer = max((mark.tracer_bytes for trial in evidence.recording.trials for mark in trial.sites), default=0)
    return Overhead(harness_bytes=evidence.trial_set.harness_bytes, tracer_bytes=tracer or None)


def _not_run(evidence: Evidence, verdict: RunVerdict, where: Place | None) -> list[str]:
    """Of a script without a fault, that the loop over its source was not run, and what runs it.

    Where something was said of a place, that says so, or names a line of the loop.
    """
    recording, mark = evidence.recording, evidence.arguments
    if mark is None or mark.kind != SCRIPT or is_of_notebook(recording.request.target):
        return []
    if verdict is not RunVerdict.PASS or where is not None:
        return []
    return [f"no training step was run; to see what the steps keep: {watch_it(recording)}"]


def _notes(evidence: Evidence) -> list[str]:
    """What a reader must know to trust the figures."""
    recording, mark = evidence.recording, evidence.arguments
    notes = []
    if mark is not None and mark.filled:
        filled = ", ".join(f"{name} = {text}" for name, text in mark.filled.items())
        notes.append(f"chosen for you, as nothing else gave a value: {filled}")
    if mark is not None and mark.dataset_kind == "lines":
        notes.append(
            f"the {mark.dataset_items or 0:,} lines of {mark.dataset_parameter} are taken as the data set, as nothing "
            "else can be: --dataset NAME names another, --sizes off takes none"
        )
    driver = evidence.trial_set.driver
    if driver is not None and driver.others and mark is not None and mark.kind == SCRIPT:
        notes.append(
            f"the script also hands over {', '.join(driver.others)}: --source NAME audits it, --list-sources tells all"
        )
    elif driver is not None and driver.others:
        notes.append(
            f"the target gives {len(driver.others) + 1} sources: {driver.part} was audited, not "
            f"{' or '.join(driver.others)}; for those, name a function that returns them alone"
        )
    notes += worker_notes(evidence, driver) if driver is not None else []
    failed = failed_trial(recording)
    if failed is not None and failed.exit.reason == "completed" and not failed.batches:
        notes.append(f"it came to its end before the first batch: {WHY_EMPTY}")
    notes += [
        _trial_note(trial) for trial in recording.trials if _is_noteworthy(trial) and not _is_in_headline(trial, failed)
    ]
    notes += [_skipped_note(skipped, recording) for skipped in recording.skipped]
    if any(trial.sampler == "memory-profiler" for trial in recording.trials):
        notes.append(
            "memory was sampled by memory-profiler: what is held is the unique set size (USS), or the resident "
            "set size where the system tells no other"
        )
    if any(trial.ready is not None and not trial.ready.exact_peaks for trial in recording.trials):
        notes.append("the high-water mark cannot be reset here, so peaks of batches are lower bounds")
    if tables.imports_were_long(recording) and not recording.interrupted:
        notes.append(tables.started(recording))
    if recording.interrupted:
        notes.append("interrupted: what had been measured by then is shown")
    return notes + recording.notes


def _skipped_note(skipped: Skipped, recording: Recording) -> str:
    """Why the drive that was asked for was not run; a shorter trial of that size may have been, for the law."""
    size = f"{skipped.items or 0:,} items"
    if any(trial.items == skipped.items and trial.batches for trial in recording.trials):
        return f"at {size} no more than the first batches were made: {skipped.reason}"
    forecast = f" ({format_bytes(skipped.forecast_bytes)} forecast)" if skipped.forecast_bytes else ""
    return f"not run at {size}: {skipped.reason}{forecast}"


def _is_in_headline(trial: Trial, failed: Trial | None) -> bool:
    """Whether the headline says already how a trial ended."""
    if failed is None or trial.exit.reason != failed.exit.reason:
        return False
    ours, theirs = trial.raised, failed.raised
    return trial is failed or (ours is not None and theirs is not None and ours.message == theirs.message)


def _is_noteworthy(trial: Trial) -> bool:
    ended_badly = trial.exit.reason not in {"completed", "refused", "interrupted", "internal"}
    return (trial.kind != "clean" and (ended_badly or bool(trial.exit.detail))) or bool(trial.exit.detail)


def _trial_note(trial: Trial) -> str:
    size = f" at {trial.items:,} items" if trial.items else ""
    what = trial.exit.detail or f"ended early: {trial.exit.reason}"
    if trial.raised is not None and not trial.exit.detail:
        what += f" ({trial.raised.type}: {trial.raised.message[:120]})"
    return f"the {trial.kind} trial{size}: {what}"
