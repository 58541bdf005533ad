"""What a report says of a script: which of its sources was audited, how to test more, how to check a change."""

import msgspec

from genaudit.model.marks import DriverMark, HandedMark
from genaudit.model.outcome import RunVerdict
from genaudit.model.recording import Trial
from genaudit.render.text.report import later_sources
from genaudit.report.advice import check_command
from genaudit.report.build import conclude
from genaudit.report.recorded_sources import expression_in
from genaudit.report.scope import untested
from tests import build

HANDED = HandedMark(
    at_s=0.0, number=1, name="train", type="generator", consumer="Model.fit", steps=50, path="/project/train.py", line=9
)


def made(items: int | None = None, **driver: object) -> Trial:
    """A trial of a script that keeps nothing."""
    trial = build.trial(items, lambda batch, epoch: 0.0, kind="clean", batches=20)
    mark = DriverMark(at_s=0.0, kind="generator", **{"handed": 1, **driver})  # type: ignore[arg-type]
    return build.of_a_script(trial, HANDED, driver=mark)


def test_its_source() -> None:
    """By its name, the call that takes it, and the line."""
    report = conclude(build.recording(made()))

    assert report.target.source == "train, handed to Model.fit at train.py:9, 50 steps an epoch"


def test_its_epoch_is_that_of_the_drive_that_was_asked_for() -> None:
    """With fewer items an epoch has fewer steps."""
    small = msgspec.structs.replace(made(16), kind="scaled", handed=[msgspec.structs.replace(HANDED, steps=4)])
    report = conclude(build.recording(small, made(400)))

    assert report.target.source is not None
    assert report.target.source.endswith("50 steps an epoch")


def test_the_others_are_named() -> None:
    """With the option that takes one of them; a queue has a note as well."""
    report = conclude(build.recording(made(others=["val (validation_data)"], queue_batches=4)))

    assert any("also hands over val (validation_data)" in note and "--source" in note for note in report.notes)
    assert any("holds up to 4 batches" in note for note in report.notes)


def test_later_sources_were_not_run() -> None:
    """Which is said where nothing was found, and no source was asked for by its number or name."""

    def told(trial: Trial, *command: str) -> str | None:
        return later_sources(conclude(build.recording(trial, command=["genaudit", "run", "train.py", *command])))

    assert "--list-sources" in (told(made()) or "")
    assert told(made(), "--source", "1") is None
    assert told(made(), "--source=train") is None
    assert told(made(others=["val (validation_data)"])) is None


def test_the_steps_of_a_training_were_not_run() -> None:
    """A loop may keep each batch or loss: of a source without a fault, the command that sees that is named."""

    def told(*trials: Trial, command: str = "genaudit run train.py", target: str = "train.py") -> list[str]:
        recording = build.recording(*trials, command=command.split())
        request = msgspec.structs.replace(recording.request, target=target)
        report = conclude(msgspec.structs.replace(recording, request=request))
        return [note.partition("keep: ")[2] for note in report.notes if "no training step" in note]

    assert told(made()) == ["genaudit watch train.py"]
    assert told(made(), command="genaudit run train.py --quick -- --epochs 3") == [
        "genaudit watch train.py -- --epochs 3"
    ]
    assert told(made(), target="-m shop.train", command="genaudit run -m shop.train -- --n 3") == [
        "genaudit watch -m shop.train -- --n 3"
    ]
    assert told(made(), target="my train.py", command="genaudit run x -- 3") == ["genaudit watch 'my train.py' -- 3"]
    assert told(build.trial(16, lambda batch, epoch: 0.0)) == []


def test_what_was_not_tested() -> None:
    """Is tested by an option of the script's own, or by an epoch that has an end."""
    text = untested(build.evidence(made(), command=["genaudit", "run", "train.py"]), RunVerdict.PASS)

    assert text is not None
    assert "genaudit run train.py -- --limit {n}" in text.replace("'", "")
    assert "steps_per_epoch" in text


def test_the_check_is_another_run() -> None:
    """There is no other script to compare with."""
    recording = build.recording(made(), command=["genaudit", "run", "train.py", "--", "--n", "3"])

    assert check_command(recording) == "genaudit run train.py -- --n 3"


def test_the_expression_is_what_makes_the_source() -> None:
    """Of other targets what stands behind the colon."""
    assert expression_in(build.recording(made())) == "generate"
    plain = build.trial(None, lambda batch, epoch: 0.0, batches=4)
    assert expression_in(msgspec.structs.replace(build.recording(plain))) == "generate"


def test_of_several_folders_one_is_to_be_named() -> None:
    """The command comes as it is to be typed."""
    trial = made()
    mark = msgspec.structs.replace(trial.arguments, could_be=["--train", "--val"])  # type: ignore[type-var]
    command = ["genaudit", "run", "train.py", "--", "--train", "a", "--val", "b"]
    text = untested(build.evidence(msgspec.structs.replace(trial, arguments=mark), command=command), RunVerdict.PASS)

    assert text is not None
    assert "genaudit run train.py --dataset --train -- --train a --val b, where --train or --val is" in text


def test_what_the_consumer_keeps_by_itself() -> None:
    """Keras has looked at some batches of a generator, and holds them."""
    trial = msgspec.structs.replace(made(), handed=[msgspec.structs.replace(HANDED, keeps=2)])

    assert (
        "Model.fit itself keeps the first 2 batches of a generator, 1.00 MiB" in conclude(build.recording(trial)).notes
    )
    assert not any("itself keeps" in note for note in conclude(build.recording(made())).notes)
