"""Reports as audits leave them: one builder per standard case, shared by every test of a renderer.

The numbers are made, but they fit together: curves are drawn from the same slopes that the outcomes state, so a test
may compare what a renderer shows in two places.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from genaudit.config.budgets import parse_budget
from genaudit.gate.baseline import Baseline, Metric, entry_of
from genaudit.gate.judge import Terms, judge
from genaudit.model import EvidenceKind, Interval, Level, Location, Outcome, Report, RunVerdict, Verdict
from genaudit.model.outcome import Verdict as V
from genaudit.model.recording import Environment, ProcessUse, Skipped, TrialExit
from genaudit.model.report import (
    Accounting,
    Batches,
    Failure,
    GrowthLaw,
    Holder,
    MachineMemory,
    Overhead,
    Peak,
    Phase,
    Projection,
    Resource,
    Resources,
    SiteRow,
    SourceExcerpt,
    Summary,
    Target,
    TrialRow,
)
from genaudit.model.rule import RuleInfo
from genaudit.model.series import (
    BatchPoint,
    ProcessPoint,
    ProcessSpan,
    ProcessTimeline,
    SurfacePoint,
    Timeline,
    TimePoint,
    TracedPoint,
)
from genaudit.report.curves import with_curves
from genaudit.units import GIB, KIB, MIB
from tests.build_retention import Held, batches_kept, images_held, shards_held, steps_of

ITEM = 192 * KIB
BATCH_ITEMS = 8
BATCH = BATCH_ITEMS * ITEM
INTERPRETER, IMPORTED = 11 * MIB, 42 * MIB
FILE_PAGES = 9 * MIB

EAGER_LINES = [
    "def inefficient_generator(image_paths, batch_size):",
    '    """Yield batches of decoded images."""',
    "    images = [np.asarray(Image.open(path).convert('RGB')) for path in image_paths]",
    "    for start in range(0, len(images), batch_size):",
    "        yield np.stack(images[start : start + batch_size])",
]
LEAK_LINES = [
    "class Loader:",
    "    def __init__(self, paths):",
    "        self.paths, self.seen = paths, []",
    "",
    "    def __iter__(self):",
    "        for path in self.paths:",
    "            batch = load(path)",
    "            self.seen.append(batch)",
    "            yield batch",
]
RULES = {
    "GA101": ("eager-load", "The data set is in memory before the first batch"),
    "GA201": ("batch-growth", "Memory grows with every batch"),
    "GA202": ("epoch-growth", "Memory grows with every epoch"),
    "GA203": ("unbounded-cache", "A cache without a bound"),
    "GA301": ("batch-spike", "Making a batch takes many times its size"),
    "GA501": ("worker-duplication", "Every worker holds its own copy of the data"),
    "GA901": ("inconclusive", "The measurement does not settle the question"),
}
LEVELS = {"GA301": Level.WARNING, "GA501": Level.WARNING, "GA901": Level.NOTE}


def interval(value: float, spread: float = 0.01) -> Interval:
    """A value with an interval of plus and minus a share of it."""
    return Interval(value=value, low=value * (1 - spread), high=value * (1 + spread))


def outcome(code: str, verdict: Verdict = V.PASS, **changes: Any) -> Outcome:
    """The answer of a rule."""
    values: dict[str, Any] = {
        "code": code,
        "name": RULES[code][0],
        "verdict": verdict,
        "level": LEVELS.get(code, Level.ERROR),
        "evidence": EvidenceKind.MEASURED,
        "message": "within its limit",
    }
    return Outcome(**{**values, **changes})


def outcomes(*changed: Outcome) -> list[Outcome]:
    """Every rule's answer, all passed but those given."""
    given = {one.code: one for one in changed}
    clean = {
        "GA101": outcome("GA101", message="nothing of the data set is held before the first batch"),
        "GA201": outcome("GA201", value=0.0, unit="bytes/batch", limit=4096.0, message="flat over batches"),
        "GA202": outcome("GA202", message="the floor of every epoch is the same"),
        "GA203": outcome("GA203", V.NOT_APPLICABLE, message="nothing is held that grows with the data set"),
        "GA301": outcome("GA301", value=1.9, unit="x batch", limit=4.0, message="a batch takes 1.9 times its size"),
        "GA501": outcome("GA501", V.NOT_APPLICABLE, message="no child processes"),
    }
    return list({**clean, **given}.values())


def phases(first_batch_held: int, *, spike: int = 0, create: int = 0) -> list[Phase]:
    """The phases of a clean trial that ends its first batch with so much held."""
    held = [INTERPRETER, IMPORTED, IMPORTED + MIB // 2, IMPORTED + MIB // 2 + create, first_batch_held]
    names = ["interpreter", "import", "arguments", "create", "first-batch"]
    seconds = [0.02, 0.31, 0.01, 0.004, 0.42]
    rows, start = [], 0.0
    for name, anon, length in zip(names, held, seconds, strict=True):
        top = anon + FILE_PAGES + (spike if name == "first-batch" else 0)
        rows.append(
            Phase(
                name=name,
                start_s=start,
                seconds=length,
                rss_bytes=anon + FILE_PAGES,
                anon_bytes=anon,
                high_water_bytes=top,
            )
        )
        start += length
    return rows


def timeline(
    rows: list[Phase],
    held_after: Callable[[int], float],
    *,
    batches: int = 50,
    group: int = 1,
    seconds: float = 0.012,
    transient: Callable[[int], float] = lambda batch: 1.9 * BATCH,
    pss_share: float = 0.92,
    per_epoch: int = 50,
) -> Timeline:
    """The curve of a trial: the phases, then batches that hold what the function says.

    Args:
        rows: The phases before the steady state.
        held_after: RssAnon after a batch, by its number.
        batches: How many batches.
        group: Batches per point.
        seconds: Time of one batch.
        transient: Bytes above what is held while a batch is made, by its number.
        pss_share: PSS as a share of RSS.
        per_epoch: Batches of an epoch.
    """
    samples, points, ends = [], [], []
    for at, row in enumerate(rows):
        before = rows[at - 1].anon_bytes if at else 0
        for step in range(4):
            held = before + (row.anon_bytes - before) * (step + 1) // 4
            samples.append(_sample(row.start_s + row.seconds * step / 4, held, pss_share))
    now = sum(row.seconds for row in rows)
    for last in range(group, batches + 1, group):
        held = int(held_after(last))
        now += seconds * group if last > group else 0.0
        peak = held + FILE_PAGES + int(transient(last))
        samples.append(_sample(now, held, pss_share))
        points.append(
            BatchPoint(
                at_s=now,
                last=last,
                epoch=(last - 1) // per_epoch + 1,
                phase="first-batch" if last == group else "steady",
                held_bytes=held,
                rss_bytes=held + FILE_PAGES,
                high_water_bytes=peak,
                seconds=seconds,
                batch_bytes=BATCH,
            )
        )
        if last % per_epoch == 0:
            ends.append(now)
    return Timeline(samples=samples, batches=points, epoch_ends_s=ends, end_s=now + 0.01)


def report(**changes: Any) -> Report:
    """A clean report, with the fields that are given changed."""
    rows = phases(IMPORTED + MIB + BATCH)
    values: dict[str, Any] = {
        "genaudit_version": "0.1.0",
        "command": ["genaudit", "run", "sample_generators.efficient:efficient_generator"],
        "created_at": "2026-01-02T03:04:05Z",
        "environment": Environment(
            python="3.11.7",
            implementation="CPython",
            platform="Linux-6.1-x86_64",
            kernel="6.1.0",
            allocator="glibc 2.36",
            cpus=4,
            packages={"numpy": "2.1.0", "pillow": "11.0.0"},
        ),
        "target": _target("sample_generators.efficient:efficient_generator", "sample_generators/efficient.py", 8),
        "verdict": RunVerdict.PASS,
        "exit_code": 0,
        "summary": Summary(headline="holds one batch at a time, however large the data set is"),
        "outcomes": outcomes(),
        "growth_law": _law([25, 50, 100, 400], 0.0, limit=16 * GIB, items=50_000, fixed=IMPORTED + BATCH + FILE_PAGES),
        "phases": rows,
        "batches": _batches(),
        "peak": Peak(
            high_water_bytes=rows[-1].rss_bytes + int(1.9 * BATCH),
            tree_pss_bytes=int((rows[-1].rss_bytes + 1.9 * BATCH) * 0.92),
            exact=True,
            batch=1,
            phase="first-batch",
        ),
        "resources": _resources(),
        "sites": [],
        "untraced_bytes": 2 * MIB,
        "trials": _trials([25, 50, 100]),
        "skipped": [],
        "surface": _surface([25, 50, 100, 400], 0.0),
        "timeline": timeline(rows, lambda batch: IMPORTED + MIB + BATCH),
        "processes": [ProcessUse(pid=4711, name="python", pss_bytes=50 * MIB, private_bytes=44 * MIB)],
        "machine": MachineMemory(bytes=16 * GIB, source="machine", trial_limit_bytes=12 * GIB),
        "overhead": Overhead(harness_bytes=int(1.4 * MIB), tracer_bytes=3 * MIB),
        "sources": [],
        "notes": [],
        "rules": [
            RuleInfo(
                code=code,
                name=name,
                title=title,
                level=LEVELS.get(code, Level.ERROR),
                page=f"{title}.\n\nWhy it matters:\n    A training ends when memory does, hours after it began.",
            )
            for code, (name, title) in RULES.items()
        ],
    }
    values.update(changes)
    if "peak" not in changes and values["timeline"]:
        values["peak"] = _peak(values["timeline"])
    return with_curves(Report(**values))


def clean() -> Report:
    """Nothing found."""
    return report()


def eager(items: int = 400, **changes: Any) -> Report:
    """The whole data set in memory before the first batch."""
    held = IMPORTED + MIB + items * ITEM
    rows = phases(held + BATCH)
    path = "sample_generators/inefficient.py"
    law = _law([25, 50, 100, items], ITEM, limit=16 * GIB, items=50_000, fixed=IMPORTED + BATCH + FILE_PAGES)
    holder, tree = images_held(path, items * ITEM, count=items, retained=held + BATCH - IMPORTED)
    values: dict[str, Any] = {
        "holders": [holder],
        "retention": tree,
        "command": [
            "genaudit",
            "run",
            "sample_generators.inefficient:inefficient_generator",
            "--synth",
            "images:n=400",
        ],
        "target": _target("sample_generators.inefficient:inefficient_generator", path, 7),
        "verdict": RunVerdict.FAIL,
        "exit_code": 1,
        "summary": Summary(
            headline="loads its whole data set before the first batch",
            cause=f"{path}:9 keeps 192 KiB of every image before the first batch is made.",
            consequence="16.0 GiB runs out at 87,100 images; your 50,000 need 9.21 GiB (9.12 to 9.30 GiB).",
            mend="Open each image when its batch is made. This saves 75.0 MiB of the 400 images that were measured.",
        ),
        "outcomes": outcomes(
            outcome(
                "GA101",
                V.FAIL,
                message="holds 192 KiB of every image before the first batch",
                value=float(ITEM),
                unit="bytes/item",
                limit=float(KIB),
                noise=interval(ITEM),
                location=Location(path=path, line=9, end_line=9, function="inefficient_generator"),
                saving_bytes=items * ITEM,
                fix="# Sketch, adapt it:\n"
                "for start in range(0, len(image_paths), batch_size):\n"
                "    paths = image_paths[start:start + batch_size]\n"
                "    yield np.stack([np.asarray(Image.open(path).convert('RGB')) for path in paths])\n"
                "# Check it: genaudit compare sample_generators.inefficient:inefficient_generator "
                "sample_generators.inefficient_new:inefficient_generator --check-batches",
            )
        ),
        "growth_law": law,
        "phases": rows,
        "batches": _batches(retained_first_bytes=items * ITEM),
        "peak": Peak(
            high_water_bytes=held + BATCH + FILE_PAGES + int(1.9 * BATCH),
            tree_pss_bytes=int((held + BATCH + FILE_PAGES) * 0.92),
            exact=True,
            batch=1,
            phase="first-batch",
        ),
        "sites": [
            SiteRow(
                path=path,
                line=9,
                function="inefficient_generator",
                retained_bytes=items * ITEM,
                peak_bytes=items * ITEM + 4 * ITEM,
                blocks=2 * items,
                source=EAGER_LINES[2].strip(),
            ),
            SiteRow(
                path=path,
                line=11,
                function="inefficient_generator",
                retained_bytes=BATCH,
                peak_bytes=2 * BATCH,
                blocks=2,
                source=EAGER_LINES[4].strip(),
            ),
            SiteRow(
                path="/usr/lib/python3/dist-packages/PIL/Image.py",
                line=3465,
                function="open",
                retained_bytes=12 * KIB,
                peak_bytes=90 * KIB,
                blocks=40,
                in_project=False,
            ),
        ],
        "surface": _surface([25, 50, 100, items], ITEM),
        "timeline": timeline(rows, lambda batch: held + BATCH),
        "sources": [SourceExcerpt(path=path, first_line=7, lines=EAGER_LINES)],
    }
    return report(**{**values, **changes})


def caching() -> Report:
    """A dict filled by path: memory rises through the first epoch, then stays."""
    rows = phases(IMPORTED + MIB + 2 * BATCH)
    path = "sample_generators/caching.py"
    lines = ["CACHE = {}", "", "def load(path):", "    if path not in CACHE:", "        CACHE[path] = decode(path)"]
    full = 400 * ITEM

    def held(batch: int) -> float:
        return IMPORTED + MIB + BATCH + min(full, batch * BATCH)

    return report(
        target=_target("sample_generators.caching:caching_generator", path, 12),
        verdict=RunVerdict.FAIL,
        exit_code=1,
        summary=Summary(
            headline="keeps every image it has read, so an epoch later the whole data set is in memory",
            cause=f"{path}:5 fills a cache that never forgets.",
            consequence="16.0 GiB runs out at 87,100 images; your 50,000 need 9.21 GiB (9.12 to 9.30 GiB).",
            mend="Bound the cache, or drop it. This saves 75.0 MiB of the 400 images that were measured.",
        ),
        outcomes=outcomes(
            outcome(
                "GA203",
                V.FAIL,
                message="192 KiB of every image stay in memory after the first epoch",
                value=float(ITEM),
                unit="bytes/item",
                noise=interval(ITEM),
                location=Location(path=path, line=5, function="load"),
                saving_bytes=full,
                fix="@functools.lru_cache(maxsize=64)\ndef load(path): ...",
            )
        ),
        growth_law=_law([25, 50, 100, 400], ITEM, limit=16 * GIB, items=50_000, at="end of an epoch"),
        phases=rows,
        surface=_surface([25, 50, 100, 400], ITEM),
        timeline=timeline(rows, held, batches=150),
        sources=[SourceExcerpt(path=path, first_line=1, lines=lines)],
        batches=_batches(count=150, epochs=3, retained_first_bytes=BATCH),
    )


def leak(**changes: Any) -> Report:
    """Every batch is kept."""
    rows = phases(IMPORTED + MIB + BATCH)
    path = "sample_generators/leaking.py"
    top = IMPORTED + MIB + 200 * BATCH + FILE_PAGES + int(1.9 * BATCH)
    holder, tree = batches_kept(path, BATCH, retained=MIB + 200 * BATCH)
    values: dict[str, Any] = {
        "holders": [holder],
        "retention": tree,
        "target": _target("sample_generators.leaking:Loader", path, 1),
        "verdict": RunVerdict.FAIL,
        "exit_code": 1,
        "summary": Summary(
            headline="keeps 1.50 MiB with every batch, and never gives it back",
            cause=f"{path}:8 appends every batch to a list that outlives it.",
            consequence="16.0 GiB runs out after 10,890 batches, in epoch 218.",
            mend="Drop the list self.seen, or keep what you need of a batch instead of the batch.",
        ),
        "outcomes": outcomes(
            outcome(
                "GA201",
                V.FAIL,
                evidence=EvidenceKind.BOTH,
                message="1.50 MiB more with every batch, over 200 batches and 4 epochs",
                value=float(BATCH),
                unit="bytes/batch",
                limit=float(4 * KIB),
                noise=interval(BATCH, 0.004),
                location=Location(path=path, line=8, function="Loader.__iter__"),
                saving_bytes=200 * BATCH,
                fix="Remove self.seen, or keep a number: self.n_seen += len(batch)",
            ),
            outcome("GA202", V.NOT_APPLICABLE, message="memory grows with every batch already"),
        ),
        "growth_law": None,
        "phases": rows,
        "batches": _batches(count=200, epochs=4, growth_bytes_per_batch=interval(BATCH, 0.004)),
        "peak": Peak(high_water_bytes=top, tree_pss_bytes=int(top * 0.92), exact=True, batch=200, phase="steady"),
        "surface": _surface([25, 50, 100], 0.0, per_batch=BATCH),
        "traced": [
            TracedPoint(batch=batch, traced_bytes=batch * BATCH, peak_bytes=(batch + 1) * BATCH, items=50)
            for batch in (1, 6, 12, 18)
        ],
        "timeline": timeline(rows, lambda batch: IMPORTED + MIB + batch * BATCH, batches=200),
        "sources": [SourceExcerpt(path=path, first_line=1, lines=LEAK_LINES)],
        "sites": [
            SiteRow(
                path=path,
                line=8,
                function="Loader.__iter__",
                retained_bytes=200 * BATCH,
                peak_bytes=200 * BATCH,
                blocks=400,
                source="self.seen.append(batch)",
            )
        ],
    }
    return report(**{**values, **changes})


def spike() -> Report:
    """Clean between batches, but making batch 31 takes 40 times its size."""
    rows = phases(IMPORTED + MIB + BATCH)
    path = "sample_generators/spiking.py"
    top = IMPORTED + MIB + BATCH + FILE_PAGES + 40 * BATCH
    return report(
        target=_target("sample_generators.spiking:spiking", path, 3),
        verdict=RunVerdict.WARN,
        summary=Summary(
            headline="takes 40 times the size of a batch to make batch 31",
            cause=f"{path}:4 converts all images to float64 at once.",
            consequence="60.0 MiB are needed for a moment, for a batch of 1.50 MiB.",
            mend="Convert image by image, to float32. This saves 57.0 MiB at the peak.",
        ),
        outcomes=outcomes(
            outcome(
                "GA301",
                V.FAIL,
                message="making batch 31 takes 40 times its size",
                value=40.0,
                unit="x batch",
                limit=4.0,
                location=Location(path=path, line=4, function="spiking"),
                saving_bytes=38 * BATCH,
                fix="batch = np.stack([image.astype('float32') for image in images])",
            )
        ),
        phases=rows,
        batches=_batches(spike_ratio_max=40.0, spike_batch=31),
        peak=Peak(high_water_bytes=top, tree_pss_bytes=None, exact=True, batch=31, phase="steady"),
        timeline=timeline(
            rows,
            lambda batch: IMPORTED + MIB + BATCH,
            transient=lambda batch: (40 if batch == 31 else 1.9) * BATCH,
        ),
        sources=[SourceExcerpt(path=path, first_line=3, lines=["def spiking(images):", "    x = all64(images)"])],
    )


def crash() -> Report:
    """The target raises while it makes batch 7."""
    rows = phases(IMPORTED + MIB + BATCH)
    path = "data/loader.py"
    text = (
        "Traceback (most recent call last):\n"
        f'  File "{path}", line 23, in batches\n    labels = table.loc[names]\nKeyError: "img_0049.jpg"\n'
    )
    place = Location(path=path, line=23, function="batches")
    exit_ = TrialExit(code=1, signal=None, reason="raised", stderr_tail=text)
    return report(
        target=_target("data.loader:batches", path, 12),
        verdict=RunVerdict.ERROR,
        exit_code=3,
        summary=Summary(headline='raised KeyError: "img_0049.jpg" while making batch 7'),
        outcomes=[outcome(code, V.NOT_APPLICABLE, message="the trial did not end") for code in ("GA101", "GA201")],
        growth_law=None,
        batches=_batches(count=6),
        phases=rows,
        surface=[],
        timeline=timeline(rows, lambda batch: IMPORTED + MIB + BATCH, batches=6),
        trials=[
            TrialRow(
                kind="clean",
                items=None,
                batches=6,
                epochs=0,
                exit=exit_,
                wall_s=0.9,
                high_water_bytes=60 * MIB,
                pss_peak_bytes=52 * MIB,
            )
        ],
        sources=[
            SourceExcerpt(path=path, first_line=22, lines=["    names = next(queue)", "    labels = table.loc[names]"])
        ],
        failure=Failure(
            reason="raised",
            phase="steady",
            batch=7,
            type="KeyError",
            message='"img_0049.jpg"',
            location=place,
            traceback=text,
            exit_code=1,
            stderr_tail=text,
        ),
    )


def killed() -> Report:
    """A signal ends the target in batch 7; it says nothing."""
    last = "Fatal Python error: Segmentation fault\n"
    return report(
        verdict=RunVerdict.ERROR,
        exit_code=3,
        summary=Summary(headline="was ended by signal SIGSEGV while making batch 7"),
        outcomes=[],
        growth_law=None,
        failure=Failure(reason="crashed", phase="steady", batch=7, signal="SIGSEGV", stderr_tail=last),
    )


def timed_out() -> Report:
    """The target hangs in batch 7."""
    return report(
        verdict=RunVerdict.ERROR,
        exit_code=3,
        summary=Summary(headline="did not make batch 7 within 300 s"),
        outcomes=[],
        growth_law=None,
        failure=Failure(
            reason="timed-out",
            phase="steady",
            batch=7,
            location=Location(path="data/loader.py", line=31, function="fetch"),
        ),
    )


def unstarted() -> Report:
    """The target could not be imported, so nothing was measured."""
    message = "No module named 'cv3'"
    return report(
        verdict=RunVerdict.ERROR,
        exit_code=3,
        summary=Summary(headline=f"could not be imported: ModuleNotFoundError: {message}"),
        outcomes=[],
        growth_law=None,
        phases=[],
        batches=None,
        peak=Peak(high_water_bytes=None, tree_pss_bytes=None, exact=False),
        resources=None,
        untraced_bytes=None,
        trials=[],
        surface=[],
        timeline=None,
        processes=[],
        overhead=Overhead(harness_bytes=None, tracer_bytes=None),
        failure=Failure(reason="raised", phase="import", type="ModuleNotFoundError", message=message),
    )


def inconclusive() -> Report:
    """Noise wider than the limit."""
    rows = phases(IMPORTED + MIB + BATCH)
    noise = Interval(value=9 * KIB, low=-30 * KIB, high=48 * KIB)
    return report(
        verdict=RunVerdict.INCONCLUSIVE,
        summary=Summary(
            headline="may grow with every batch: 50 batches do not settle it",
            mend="Run it longer: genaudit run data:loader --batches 400",
        ),
        outcomes=outcomes(
            outcome(
                "GA201",
                V.INCONCLUSIVE,
                message="growth between -30.0 KiB and 48.0 KiB per batch: the limit of 4.00 KiB lies inside",
                value=noise.value,
                unit="bytes/batch",
                limit=float(4 * KIB),
                noise=noise,
                fix="genaudit run data:loader --batches 400",
            )
        ),
        batches=_batches(growth_bytes_per_batch=noise),
        growth_law=None,
        timeline=timeline(rows, lambda batch: IMPORTED + MIB + BATCH + (batch * 7919 % 13) * 120 * KIB),
        notes=["The allocator gives memory back late; runs with few batches look noisy."],
    )


def workers() -> Report:
    """Four workers, each with its own copy of the data."""
    return eager(
        target=_target("sample_generators.workers:loader", "sample_generators/workers.py", 4),
        verdict=RunVerdict.WARN,
        summary=Summary(
            headline="holds its data once in every one of 4 workers",
            cause="sample_generators/workers.py:9 makes the list before the workers start.",
            consequence="300 MiB are held where 75.0 MiB would do.",
            mend="Keep the data in an array in shared memory, or open files in the worker.",
        ),
        outcomes=outcomes(
            outcome(
                "GA501",
                V.FAIL,
                message="4 workers hold 75.0 MiB each that are the same",
                value=300.0 * MIB,
                unit="bytes",
                location=Location(path="sample_generators/workers.py", line=9, function="loader"),
                saving_bytes=225 * MIB,
                fix="data = np.load('data.npy', mmap_mode='r')",
            )
        ),
        peak=Peak(high_water_bytes=131 * MIB, tree_pss_bytes=386 * MIB, exact=True, batch=1, phase="first-batch"),
        process_timeline=_several(4),
        processes=[
            ProcessUse(pid=100, name="python (main)", pss_bytes=60 * MIB, private_bytes=40 * MIB),
            *(
                ProcessUse(pid=101 + at, name=f"worker {at}", pss_bytes=(80 + at) * MIB, private_bytes=75 * MIB)
                for at in range(4)
            ),
        ],
    )


def _several(workers: int) -> ProcessTimeline:
    """Workers that start one after another, and each fill up."""
    points = []
    for at in range(40):
        at_s = 0.05 + at * 0.03
        filled = [max(0.0, min(1.0, (at - 8 - 2 * number) / 12)) for number in range(workers)]
        held = [int((80 + number) * MIB * share) for number, share in enumerate(filled)]
        points.append(ProcessPoint(at_s=at_s, pss_bytes=[60 * MIB, *held]))
    spans = [ProcessSpan(pid=100, name="python (main)", first_s=0.05, last_s=1.22, peak_pss_bytes=60 * MIB)]
    spans += [
        ProcessSpan(
            pid=101 + number,
            name=f"worker {number}",
            first_s=0.32 + 0.06 * number,
            last_s=1.22,
            peak_pss_bytes=(80 + number) * MIB,
        )
        for number in range(workers)
    ]
    return ProcessTimeline(processes=spans, n_others=0, points=points)


def gated() -> Report:
    """Held to budgets and a baseline: one budget is kept, one broken, and growth is new."""
    slope, path = interval(40.0 * KIB), "sample_generators/efficient.py"
    growth = outcome("GA201", value=slope.value, unit="bytes/batch", limit=64.0 * KIB, noise=slope, message="flat")
    lines = [
        "def efficient_generator(image_paths, batch_size):",
        "    for path in image_paths:",
        "        yield load(path)",
    ]
    audited = report(
        command=["genaudit", "gate"],
        outcomes=outcomes(growth),
        batches=_batches(growth_bytes_per_batch=slope),
        trials=[msgspec.structs.replace(row, high_water_bytes=57 * MIB) for row in _trials([25, 50, 100])],
        sources=[SourceExcerpt(path=path, first_line=8, lines=lines, function="efficient_generator")],
    )
    entry = entry_of(audited, target="efficient", arguments="", reason="first")
    before = {
        "peak": Metric(value=55.0 * MIB, low=54.0 * MIB, high=56.0 * MIB),
        "growth": Metric(value=512, low=256, high=768),
    }
    budgets = {name: parse_budget(name, text) for name, text in (("peak", "64MiB"), ("growth", "16KiB/batch"))}
    was = Baseline(entries=[msgspec.structs.replace(entry, metrics=before)])
    return judge(audited, Terms(budgets=budgets, baseline=was, entry=entry))


def unscaled() -> Report:
    """No data set among the arguments, so growth in n is not asked."""
    return report(
        target=Target(spec="shop.stream:events", kind="generator-function", path="shop/stream.py", line=3),
        outcomes=outcomes(
            outcome("GA101", V.NOT_APPLICABLE, message="no data set to scale: add --dataset NAME or --args-from FN(n)")
        ),
        growth_law=None,
        surface=[],
        accounting=Accounting(held_bytes=int(1.7 * MIB), epoch_bytes=75 * MIB, share=1.7 / 75, epoch_from="end"),
        notes=["Growth with the data set was not measured: add --dataset NAME or --args-from MODULE:FN with FN(n)."],
    )


def accounted() -> Report:
    """Shards that cannot be scaled, and are all in memory: proven at one size, by a path many steps deep."""
    path, held = "shop/shards.py", 75 * MIB
    rows = phases(IMPORTED + MIB + 8 * MIB + held + BATCH)
    holders, tree = shards_held(path, held, retained=held + 8 * MIB)
    return report(
        target=msgspec.structs.replace(
            _target("shop.shards:ShardLoader", path, 21), dataset_parameter=None, dataset_kind=None
        ),
        command=["genaudit", "run", "shop.shards:ShardLoader"],
        verdict=RunVerdict.FAIL,
        exit_code=1,
        summary=Summary(
            headline="has its whole data set in memory",
            cause=f"{path}:34 in ShardReader.open: holds 75.0 MiB, and an epoch yields 75.0 MiB.",
            consequence="Each image takes 192 KiB: 16.0 GiB runs out at 87,000 images.",
            mend="Read each record when its batch is made. This saves 73.5 MiB.",
            items_at_limit=86_950.0,
        ),
        outcomes=outcomes(
            outcome(
                "GA101",
                V.FAIL,
                evidence=EvidenceKind.ACCOUNTED,
                message="holds 75.0 MiB, and an epoch yields 75.0 MiB",
                value=float(ITEM),
                unit="bytes/item",
                limit=float(KIB),
                location=Location(path=path, line=34, function="ShardReader.open"),
                saving_bytes=held - BATCH,
            )
        ),
        growth_law=None,
        surface=[],
        phases=rows,
        timeline=timeline(rows, lambda batch: IMPORTED + 9 * MIB + held + BATCH),
        sources=[
            SourceExcerpt(
                path=path,
                first_line=32,
                lines=[
                    "    def open(self, name):",
                    "        with tarfile.open(name) as archive:",
                    "            self.opened[name] = Shard([decode(member) for member in archive])",
                ],
                function="ShardReader.open",
            )
        ],
        holders=holders,
        retention=tree,
        accounting=Accounting(held_bytes=held, epoch_bytes=held, share=1.0, epoch_from="end of the iterator"),
    )


def million() -> Report:
    """A million batches, thinned to what an audit keeps of them."""
    rows = phases(IMPORTED + MIB + BATCH)
    line = timeline(
        rows,
        lambda batch: IMPORTED + MIB + BATCH + batch * 3,
        batches=1_000_000,
        group=250,
        seconds=2e-5,
        transient=lambda batch: (30 if batch == 500_000 else 1.9) * BATCH,
        per_epoch=100_000,
    )
    return report(
        timeline=line,
        batches=_batches(
            count=1_000_000,
            epochs=10,
            seconds_median=2e-5,
            growth_bytes_per_batch=Interval(value=3.0, low=2.9, high=3.1),
        ),
    )


def memory_limit() -> Report:
    """The full size was not run, since the law says that it would pass the memory limit."""
    return eager(
        skipped=[
            Skipped(
                kind="clean",
                items=400,
                reason="forecast of 117 MiB is above the limit of 100 MiB",
                forecast_bytes=117 * MIB,
            )
        ],
        notes=["The full size was left out: its forecast passes the memory limit."],
    )


HOSTILE = "</script><script>alert(1)</script>\"'`]]>[red]x[/red]\x1b[31m\x07\u202eevil\u2066\ud800{{7*7}}<!--"

SECRET_KEY = "sk-0123456789abcdef0123456789"


def hostile() -> Report:
    """Every string of the user's is an attack, or at least a nuisance."""
    place = Location(path=f"src/{HOSTILE}.py", line=9, function=HOSTILE)
    return eager(
        command=["genaudit", "run", HOSTILE, "--arg", "api_key=sk-0123456789abcdef0123456789"],
        target=Target(
            spec=HOSTILE,
            module=HOSTILE,
            qualname=HOSTILE,
            path=place.path,
            line=7,
            kind=HOSTILE,
            signature=f"({HOSTILE})",
            arguments={HOSTILE: HOSTILE, "password": "correct horse battery staple"},
            filled={HOSTILE: HOSTILE},
            dataset_parameter=HOSTILE,
            items=400,
            item_noun="image",
        ),
        summary=Summary(headline=HOSTILE, cause=HOSTILE, consequence=HOSTILE, mend=HOSTILE),
        outcomes=outcomes(
            outcome("GA101", V.FAIL, message=HOSTILE, location=place, fix=f"{HOSTILE}\n{'x' * 5000}", saving_bytes=1)
        ),
        sites=[
            SiteRow(
                path=place.path,
                line=9,
                function=HOSTILE,
                retained_bytes=5 * MIB,
                peak_bytes=None,
                blocks=1,
                source=HOSTILE + "y" * 20_000,
            )
        ],
        sources=[SourceExcerpt(path=place.path, first_line=8, lines=["#", HOSTILE + "z" * 20_000, "\tlast"])],
        notes=[HOSTILE],
        holders=[
            Holder(
                names=[HOSTILE, SECRET_KEY, f"list of 400 {HOSTILE}", "w" * 5000],
                named=[1],
                type=HOSTILE,
                bytes=75 * MIB,
                share=0.9,
                location=place,
            )
        ],
        retention=steps_of(
            Held(HOSTILE, 75 * MIB, [Held(f"{SECRET_KEY} {HOSTILE}", 74 * MIB, name=SECRET_KEY)], place=place),
            retained=80 * MIB,
        ),
        failure=Failure(reason="raised", type=HOSTILE, message=HOSTILE, location=place, stderr_tail=HOSTILE),
    )


STANDARD: dict[str, Callable[[], Report]] = {
    "clean": clean,
    "eager": eager,
    "caching": caching,
    "leak": leak,
    "spike": spike,
    "crash": crash,
    "killed": killed,
    "timed-out": timed_out,
    "unstarted": unstarted,
    "inconclusive": inconclusive,
    "workers": workers,
    "gated": gated,
    "unscaled": unscaled,
    "accounted": accounted,
    "memory-limit": memory_limit,
    "million": million,
    "hostile": hostile,
}


def _peak(line: Timeline) -> Peak:
    top = max(line.batches, key=lambda point: point.high_water_bytes)
    return Peak(
        high_water_bytes=top.high_water_bytes,
        tree_pss_bytes=int(top.high_water_bytes * 0.92),
        exact=True,
        batch=top.last,
        phase=top.phase,
    )


def _sample(at_s: float, held: int, pss_share: float) -> TimePoint:
    rss = held + FILE_PAGES
    return TimePoint(at_s=at_s, rss_bytes=rss, held_bytes=held, pss_bytes=int(rss * pss_share))


def _target(spec: str, path: str, line: int) -> Target:
    module, qualname = spec.split(":")
    return Target(
        spec=spec,
        module=module,
        qualname=qualname,
        path=path,
        line=line,
        kind="generator-function",
        signature="(image_paths, batch_size)",
        arguments={"image_paths": "list of 400 files", "batch_size": "8"},
        filled={"batch_size": "8"},
        dataset_parameter="image_paths",
        dataset_kind="files",
        items=400,
        item_noun="image",
    )


def _law(
    sizes: list[int],
    per_item: float,
    *,
    limit: int,
    items: int,
    fixed: int = IMPORTED + BATCH + FILE_PAGES,
    at: str = "first batch",
) -> GrowthLaw:
    slope = interval(per_item) if per_item else Interval(value=0.0, low=-40.0, high=55.0)
    full = (limit - fixed) / per_item if per_item else None
    return GrowthLaw(
        at=at,
        sizes=sizes,
        retained_bytes=[int(MIB + size * per_item) for size in sizes],
        high_water_bytes=[int(fixed + size * per_item) for size in sizes],
        law="linear" if per_item else "constant",
        bytes_per_item=slope,
        fixed_bytes=fixed,
        exponent=0.99 if per_item else None,
        projection=Projection(
            items=items,
            bytes=Interval(
                value=fixed + items * slope.value, low=fixed + items * slope.low, high=fixed + items * slope.high
            ),
            limit_bytes=limit,
            items_at_limit=interval(full) if full else None,
        ),
    )


def _batches(**changes: Any) -> Batches:
    values: dict[str, Any] = {
        "count": 50,
        "epochs": 1,
        "bytes_median": BATCH,
        "items_median": BATCH_ITEMS,
        "seconds_median": 0.012,
        "items_per_second": BATCH_ITEMS / 0.012,
        "first_batch_seconds": 0.42,
        "retained_first_bytes": 512 * KIB,
        "growth_bytes_per_batch": Interval(value=0.0, low=-200.0, high=310.0),
        "growth_bytes_per_epoch": None,
        "spike_ratio_max": 1.9,
        "spike_batch": 1,
    }
    return Batches(**{**values, **changes})


def _resources() -> Resources:
    flat = Resource(first=4, last=4, growth_per_batch=0.0)
    return Resources(
        open_files=flat,
        threads=Resource(first=1, last=1, growth_per_batch=0.0),
        children=Resource(first=0, last=0, growth_per_batch=None),
    )


def _trials(sizes: list[int]) -> list[TrialRow]:
    done = TrialExit(code=0, signal=None, reason="completed")

    def row(kind: str, items: int, batches: int, epochs: int) -> TrialRow:
        return TrialRow(
            kind=kind,
            items=items,
            batches=batches,
            epochs=epochs,
            exit=done,
            wall_s=0.9,
            high_water_bytes=60 * MIB,
            pss_peak_bytes=52 * MIB,
            overhead={"tracer_bytes": 3.0 * MIB} if kind == "traced" else {},
        )

    scaled = [row("scaled", size, size * 3 // BATCH_ITEMS, 3) for size in sizes]
    return [*scaled, row("clean", 400, 50, 1), row("traced", 50, 18, 3)]


def _surface(sizes: list[int], per_item: float, per_batch: float = 0.0) -> list[SurfacePoint]:
    return [
        SurfacePoint(
            trial=trial,
            items=size,
            batches=batch,
            epoch=1,
            at="first" if batch == 1 else "block",
            retained_bytes=int(MIB + size * per_item + batch * per_batch),
            high_water_bytes=int(IMPORTED + size * per_item + batch * per_batch),
        )
        for trial, size in enumerate(sizes)
        for batch in (1, max(2, size // 16), max(3, size // 8))
    ]
