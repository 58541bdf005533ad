"""``genaudit gate``: the promises of a project, kept or broken; for CI."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genaudit.cli.completion import complete_target
from genaudit.cli.support.options import configuration_options, delivery_options, is_given, options_of
from genaudit.cli.support.say import say
from genaudit.files import shown_path
from genaudit.options import (
    BY_NAME,
    SIZE,
    DriveOptions,
    ExitOptions,
    JobOptions,
    LevelOptions,
    ProjectOptions,
    StrictOptions,
    TrialOptions,
    rows_of,
)

if TYPE_CHECKING:
    from genaudit.cli.support.progress import ProgressLine
    from genaudit.config.file import Configuration
    from genaudit.errors import GenauditError
    from genaudit.gate.baseline import Baseline
    from genaudit.gate.judge import Terms
    from genaudit.gate.plans import Plan
    from genaudit.model.recording import Recording
    from genaudit.model.report import Report
    from genaudit.pipeline import Audit

BASELINE: str = BY_NAME["baseline"].default


@click.command()
@click.argument("targets", metavar="[TARGET...]", nargs=-1, shell_complete=complete_target)
@configuration_options
@click.option("--budget", "budgets", metavar="NAME=VALUE", multiple=True, help="A budget, over the configuration's.")
@options_of("gate", ProjectOptions, DriveOptions, TrialOptions, StrictOptions, ExitOptions, LevelOptions)
@delivery_options
def command(targets: tuple[str, ...], **options: Any) -> None:
    """Hold targets to the budgets and the baseline of the project's configuration.

    TARGETs are those of the configuration where none is named. The configuration is the nearest genaudit.toml,
    [tool.genaudit] in pyproject.toml or [genaudit] in setup.cfg, upwards to the root of the repository; its folder is
    where targets are imported from. GENAUDIT_BATCHES=100 and the like win over it, the command line over both.

    On GitHub, findings become annotations and a summary of the job; on GitLab, a code quality report.

    \b
    Examples:
      genaudit init
      genaudit gate
      genaudit gate --update-baseline --reason "reads whole shards since #12"
      genaudit gate data:train_gen --budget growth=64KiB/batch
    """  # noqa: D301 - click reads the \b as "keep these lines"
    from genaudit.cli.support.configured import load_configuration
    from genaudit.config.budgets import typed_budgets
    from genaudit.gate.plans import plans

    gate = _Gate(options)
    configuration = load_configuration(options)
    gate.start(configuration)
    values = configuration.general.values
    budgets = typed_budgets(options["budgets"])
    made = plans(configuration, targets, overrides=gate.overrides(), budgets=budgets)
    gate.name_folders(made)
    path = gate.baseline_path(values)
    baseline = gate.baseline(path, values)
    if options["dask"] is not None:
        gate.take_side_by_side(made, baseline, values)
    else:
        for plan in made:
            if not gate.take(plan, baseline, values):
                break
    if options["update_baseline"]:
        gate.update(path, baseline)
    raise click.exceptions.Exit(gate.finish())


class _Gate:
    """One run of the command: what it was asked for, and what it has so far."""

    def __init__(self, options: dict[str, Any]) -> None:
        from genaudit.cli.support.options import delivery_of

        self._options = options
        # Before the folder changes: what was typed is meant from where it was typed.
        self._delivery = delivery_of(options)
        self._outputs = [(form, path.absolute()) for form, path in self._delivery.outputs]
        self._reports: list[Report] = []
        self._codes: list[int] = []
        self._configured_in: Path | None = None
        self._entries: list[Any] = []
        self._folders: dict[str, str] = {}
        self._baseline_typed = options["baseline"].absolute() if options["baseline"] else None
        if options["update_baseline"] and not (options["reason"] or "").strip():
            raise click.UsageError('--update-baseline needs --reason "why the figures are right now"')

    def start(self, configuration: "Configuration") -> None:
        """Go where the configuration is, and find out whether results can be written."""
        import msgspec

        from genaudit.cli.support.output import check_drawn, check_opens, check_writable
        from genaudit.render import SEVERAL, render_several

        out = self._delivery.out.absolute()
        if not is_given("out"):
            out = configuration.folder / configuration.general.values.get("out", self._delivery.out)
        if configuration.path is not None and self._options["config"] is None:
            os.chdir(configuration.folder)
        write = self._delivery.write
        if write is None:
            write = configuration.general.values.get("write")
        check_opens(self._delivery.open_report, write)
        self._configured_in = configuration.path
        self._delivery = msgspec.structs.replace(self._delivery, out=out, outputs=self._outputs, write=write)
        check_drawn(self._delivery)
        check_writable(self._delivery)
        for form, _ in self._outputs:
            if form not in SEVERAL:
                render_several([], form)

    def name_folders(self, plans: "list[Plan]") -> None:
        """Have a folder for the reports of each target."""
        from genaudit.cli.support.output import folders_of

        self._folders = folders_of([plan.job.target for plan in plans])

    def overrides(self) -> dict[str, Any]:
        """What the command line says over the configuration."""
        from genaudit.config.keys import KEYS

        values = {}
        for option in rows_of(JobOptions):
            value = self._options.get(option.name)
            if value is not None:
                values[option.key] = KEYS[option.key].read(value) if option.kind == SIZE else value
        return values

    def baseline_path(self, values: dict[str, Any]) -> Path:
        """Where the baseline is, or will be."""
        return self._baseline_typed or Path(values.get("baseline", BASELINE))

    def baseline(self, path: Path, values: dict[str, Any]) -> "Baseline | None":
        """The baseline that is there.

        Raises:
            UsageError: There is none, and there must be.
        """
        from genaudit.errors import UsageError
        from genaudit.gate.baseline import read_baseline
        from genaudit.writing import check_room

        baseline = read_baseline(path)
        if self._options["update_baseline"]:
            check_room(path.absolute().parent, path.name)
        if baseline is None and self._requires(values) and not self._options["update_baseline"]:
            raise UsageError(
                f"there is no baseline {path}",
                slug="no-baseline",
                hint='genaudit gate --update-baseline --reason "first" writes one; commit it',
            )
        return baseline

    def take(self, plan: "Plan", baseline: "Baseline | None", values: dict[str, Any]) -> bool:
        """Audit and judge one target; whether to go on with the next."""
        from genaudit.cli.support.options import interrupt_on_terminate
        from genaudit.errors import ExitCode, GenauditError
        from genaudit.gate.plans import measure

        outcome: Audit | GenauditError
        try:
            with (
                interrupt_on_terminate(),
                self._progress(plan.target) as progress,
            ):
                outcome = measure(plan, progress)
        except GenauditError as error:
            outcome = error
        return self._judged(plan, outcome, baseline, values).exit_code != ExitCode.INTERRUPTED

    def _progress(self, target: str) -> "ProgressLine":
        """Where the audit of a target is."""
        from genaudit.cli.support.progress import ProgressLine

        return ProgressLine(wanted=self._delivery.verbosity > 0, draws=self._delivery.draws, name=target)

    def take_side_by_side(self, plans: "list[Plan]", baseline: "Baseline | None", values: dict[str, Any]) -> None:
        """Audit the targets on the workers of a cluster, and judge each as it ends."""
        from genaudit.cli.support.options import interrupt_on_terminate
        from genaudit.cli.support.targets import TargetTable
        from genaudit.errors import ExitCode
        from genaudit.gate.kept import Kept, digest_of_code
        from genaudit.gate.side_by_side import side_by_side
        from genaudit.interrupts import defer_interrupts
        from genaudit.recorder.remote.cluster import cluster_at

        kept = Kept(self._delivery.out, digest_of_code(Path.cwd()))
        table = TargetTable([plan.target for plan in plans], wanted=self._delivery.verbosity > 0)
        placed: list[tuple[int, Report]] = []
        interrupted = False
        try:
            with interrupt_on_terminate(), cluster_at(self._options["dask"]) as cluster, table:
                for index, outcome, taken_up in side_by_side(plans, cluster, kept, table.show):
                    with defer_interrupts(), table.aside():
                        report = self._judged(plans[index], outcome, baseline, values)
                        table.ended(index, report.verdict, taken_up=taken_up)
                        placed.append((index, report))
        except KeyboardInterrupt:
            # Before the first target or after the last: in between, those that run end with what they have.
            if not placed:
                raise
            interrupted = True
        # What holds all targets is the same whichever of them ended first.
        self._reports = [report for _, report in sorted(placed, key=lambda pair: pair[0])]
        if interrupted or len(placed) < len(plans):
            self._codes.append(ExitCode.INTERRUPTED)
        elif ExitCode.INTERRUPTED not in self._codes:
            kept.clear()

    def _judged(
        self,
        plan: "Plan",
        outcome: "Audit | GenauditError",
        baseline: "Baseline | None",
        values: dict[str, Any],
    ) -> "Report":
        """The report of what an audit gave, written and told."""
        from genaudit.errors import GenauditError
        from genaudit.gate.judge import judge
        from genaudit.gate.refused import refusal
        from genaudit.gate.saved import with_terms
        from genaudit.render.redact import recording_without_source, without_source

        if isinstance(outcome, GenauditError):
            recording, report = refusal(plan.job, outcome, self._configured_in)
            self._codes.append(report.exit_code)
        else:
            recording, report = outcome
            terms = self._terms(report, plan, baseline, values)
            report, recording = judge(report, terms), with_terms(recording, terms)
            self._count(report, terms, values)
        if not self._delivery.source:
            report, recording = without_source(report), recording_without_source(recording)
        self._reports.append(report)
        self._write(report, recording)
        return report

    def _terms(self, report: "Report", plan: "Plan", baseline: "Baseline | None", values: dict[str, Any]) -> "Terms":
        """What a target is judged by."""
        from genaudit.gate.baseline import arguments_hash, entry_of
        from genaudit.gate.judge import Terms
        from genaudit.gate.regressions import TOLERANCE, Rules

        options = self._options
        digest = arguments_hash(plan.identity)
        return Terms(
            budgets=plan.budgets,
            baseline=baseline,
            entry=entry_of(report, target=report.target.spec, arguments=digest, reason=options["reason"] or ""),
            rules=Rules(tolerance=values.get("tolerance", TOLERANCE), min_change=values.get("min-change")),
            fail_on=options["fail_on"] or values.get("fail-on", "error"),
            exit_zero=options["exit_zero"],
            strict=bool(options["strict"] or values.get("strict")),
            updating=options["update_baseline"],
        )

    def _count(self, judged: "Report", terms: "Terms", values: dict[str, Any]) -> None:
        """Keep what decides on the exit code, and what a new baseline is made of."""
        from genaudit.errors import ExitCode
        from genaudit.gate.judge import lacks_baseline

        self._codes.append(judged.exit_code)
        if judged.failure is None:
            self._entries.append(terms.entry)
        if self._requires(values) and not terms.updating and lacks_baseline(judged):
            self._codes.append(ExitCode.USAGE)

    def _requires(self, values: dict[str, Any]) -> bool:
        return bool(self._options["require_baseline"] or values.get("require-baseline"))

    def _write(self, report: "Report", recording: "Recording") -> None:
        """The files of one target, and its lines on the terminal."""
        import msgspec

        from genaudit.cli.support.output import folder_of, open_page, wants_colour, write_files
        from genaudit.render.terminal.brief import render_brief

        target = report.target.spec
        folder = self._delivery.out / self._folders.get(target, folder_of(target))
        written: list[Path] = []
        # Other formats hold all targets, and are written at the end.
        write_files(report, recording, msgspec.structs.replace(self._delivery, outputs=[]), folder, written)
        if self._delivery.form == "text":
            colour = wants_colour()
            text = render_brief(report, colour=colour, verbosity=self._delivery.verbosity)
            click.echo(text.decode(), nl=False, color=colour)
            if self._delivery.verbosity > 0 and written:
                say(f"  report  {shown_path(written[0], Path.cwd())}", err=False)
        if self._delivery.open_report:
            open_page(folder / "report.html")

    def update(self, path: Path, baseline: "Baseline | None") -> None:
        """Put what was measured into the baseline."""
        from genaudit.gate.baseline import Baseline, baseline_bytes
        from genaudit.writing import write_whole

        if not self._entries:
            say(f"{path} is left as it is: no target ran to the end")
            return
        write_whole(path, baseline_bytes((baseline or Baseline()).updated(self._entries)), shared=True)
        say(f"{shown_path(path, Path.cwd())}: {len(self._entries)} of {len(self._codes)} targets written")

    def finish(self) -> int:
        """Write what holds all targets, tell CI, and say how it ended."""
        from genaudit.cli.folder.own_files import REPORT_FILES
        from genaudit.cli.support import ci
        from genaudit.cli.support.output import say_left_out
        from genaudit.gate.plans import worst_code
        from genaudit.render import render_several
        from genaudit.writing import write_whole

        code = worst_code(self._codes)
        for form, path in self._outputs:
            write_whole(path, render_several(self._reports, form))
        as_json = self._delivery.form == "json"
        if as_json:
            click.echo(render_several(self._reports, "json").decode(), nl=False)
        ci.tell_ci(self._reports, os.environ, to_stderr=as_json)
        if not as_json:
            say_left_out(self._delivery, REPORT_FILES, shown_path(self._delivery.out / "NAME", Path.cwd()))
            n_kept = sum(not code for code in self._codes)
            n_partial = sum(report.is_partial for report in self._reports)
            partly = f", {n_partial} for batches only" if n_partial else ""
            click.echo(f"gate: {n_kept} of {len(self._codes)} targets pass{partly} (exit {int(code)})")
        return int(code)
