"""``import genaudit``: functions and classes as targets, options that have effect, results that show themselves."""

import functools
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import genaudit
from genaudit import pipeline
from genaudit.display import wants_colour
from genaudit.errors import GenauditError, UsageError
from genaudit.model.codec import encode
from genaudit.model.job import Job
from genaudit.recorder.python_values import target_of, write_arguments
from genaudit.render import render
from tests.build import BATCH, at_sizes, recording
from tests.build_report import clean, eager
from tests.comparison.build import comparison

ROOT = Path(__file__).parents[1]


def leaking() -> genaudit.Recording:
    return recording(*at_sizes(lambda size, batch, epoch: batch * BATCH))


def train_gen(n: int = 3) -> Any:
    """A function at the top of a module."""
    yield n


class Loader:
    """A class at the top of a module."""

    @classmethod
    def make(cls) -> "Loader":
        """Another way to one."""
        return cls()

    def flow(self) -> Any:
        """Batches of one."""
        yield 1

    def __call__(self) -> None:
        """An object of it is none that another process could find."""


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Job, Any]]:
    """Run no trial; keep what was asked for, and who is told of progress."""
    asked: list[tuple[Job, Any]] = []

    def instead(job: Job, progress: Any = None, **_: Any) -> genaudit.Recording:
        asked.append((job, progress))
        return leaking()

    monkeypatch.setattr(pipeline, "record", instead)
    return asked


def test_every_public_name_is_there() -> None:
    assert {name for name in genaudit.__all__ if getattr(genaudit, name, None) is None} == set()
    assert dir(genaudit) == sorted(genaudit.__all__)
    assert issubclass(UsageError, genaudit.GenauditError)
    with pytest.raises(AttributeError, match="audits"):
        genaudit.audits  # type: ignore[attr-defined]


def test_options_reach_the_job(jobs: list) -> None:
    """Each under its own name; a function that is told of progress is no part of the job."""
    limits = genaudit.Limits(spike_ratio=9.0)
    calls: list[object] = []
    genaudit.audit(
        "data:gen",
        arguments={"n": 3},
        batches=7,
        memory_limit="2GiB",
        epochs=None,
        limits=limits,
        progress=calls.append,
    )
    ((job, progress),) = jobs

    assert (job.target, job.command) == ("data:gen", ["genaudit.audit", "data:gen"])
    assert (job.batches, job.max_batches, job.memory_limit, job.values) == (7, 1000, "2GiB", {"n": 3})
    assert job.limits == limits
    assert progress == calls.append


def test_ok_follows_what_was_asked_for(jobs: list) -> None:
    """The level that fails, and budgets, which are findings of their own."""
    failed, ignored = genaudit.audit("data:gen"), genaudit.audit("data:gen", fail_on="never")

    assert (failed.ok, failed.exit_code, ignored.ok) == (False, 1, True)
    assert failed.findings == ignored.findings != []
    held = genaudit.audit("data:gen", fail_on="error", budgets={"peak": "1MiB", "growth": {"max": "9GiB/batch"}})
    budgets = [outcome for outcome in held.outcomes if outcome.name in {"peak-over-budget", "growth-over-budget"}]
    assert [outcome.verdict for outcome in budgets] == [genaudit.Verdict.FAIL, genaudit.Verdict.PASS]
    assert {outcome.name for outcome in held.findings} == {outcome.name for outcome in failed.findings} | {
        "peak-over-budget"
    }


def test_limits_are_what_rules_compare_with(jobs: list) -> None:
    report = genaudit.audit("data:gen")
    wide = genaudit.audit("data:gen", limits=genaudit.Limits(growth_bytes_per_batch=10**9, epoch_growth_bytes=10**12))

    assert "batch-growth" in {outcome.name for outcome in report.findings}
    assert "batch-growth" not in {outcome.name for outcome in wide.findings}


def test_strict_fails_what_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growth with the data set was not tested: one size is no law."""
    few = recording(at_sizes(lambda size, batch, epoch: 0)[-1])
    monkeypatch.setattr(pipeline, "record", lambda job, progress=None, **_: few)
    lenient, strict = genaudit.audit("data:gen"), genaudit.audit("data:gen", strict=True)

    assert lenient.is_partial
    assert (lenient.ok, strict.ok, strict.exit_code) == (True, False, 4)


def test_a_forecast_that_is_promised_brings_the_size_of_the_project(jobs: list) -> None:
    genaudit.audit("data:gen", budgets={"forecast": {"items": 50_000, "max": "8GiB"}})

    assert jobs[0][0].project_items == 50_000


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        pytest.param({"batchs": 3}, TypeError, "batchs'. Did you mean 'batches'", id="misspelt"),
        pytest.param(
            {"against": "HEAD"}, TypeError, "audit.. got an unexpected .* 'against'", id="of another function"
        ),
        pytest.param({"batches": 0}, UsageError, "batches: 0 is not", id="out of range"),
        pytest.param({"fail_on": "info"}, UsageError, "none of error, warn, never", id="no level"),
        pytest.param({"budgets": {"paek": "1MiB"}}, UsageError, "no budget 'paek'", id="no budget"),
        pytest.param({"budgets": {"growth": "64KiB"}}, UsageError, "64KiB", id="no rate"),
        pytest.param({"arguments": {"at": object()}}, UsageError, "cannot be made again", id="an object"),
    ],
)
def test_what_cannot_be_meant_is_refused(jobs: list, options: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        genaudit.audit("data:gen", **options)
    assert jobs == []


def test_record_gives_the_facts_alone(jobs: list) -> None:
    kept = genaudit.record(train_gen, batches=4)

    assert kept == leaking()
    assert jobs[0][0].target == f"{__name__}:train_gen"
    with pytest.raises(TypeError, match="fail_on"):
        genaudit.record(train_gen, fail_on="warn")  # type: ignore[call-arg]


def test_values_that_need_a_file_have_it_while_the_audit_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths, arrays and functions are made again by a module, which is gone afterwards."""
    seen: list[tuple[Path, dict[str, Any]]] = []

    def instead(job: Job, progress: Any = None, **_: Any) -> genaudit.Recording:
        assert job.args_from is not None
        path = Path(job.args_from.removesuffix(":arguments"))
        namespace: dict[str, Any] = {}
        exec(path.read_text(encoding="utf-8"), namespace)
        seen.append((path, namespace["arguments"]()))
        return leaking()

    monkeypatch.setattr(pipeline, "record", instead)
    genaudit.audit(train_gen, arguments={"n": 3, "paths": [Path("a")], "labels": np.arange(3), "make": target_of})
    ((path, values),) = seen

    assert not path.exists()
    assert (values["n"], values["paths"], values["make"]) == (3, [Path("a")], target_of)
    assert values["labels"].tolist() == [0, 1, 2]


def test_functions_and_classes_are_targets() -> None:
    """By the names that lead to them, with the folders that modules come from here."""
    assert target_of("data:gen(3)") == ("data:gen(3)", [])
    for target, name in ((train_gen, "train_gen"), (Loader, "Loader"), (Loader.make, "Loader.make")):
        text, folders = target_of(target)
        assert text == f"{__name__}:{name}"
        assert str(Path.cwd()) in folders


READY = Loader()


def test_objects_with_a_name_are_targets() -> None:
    """What stands at the top of a module, a method of it, and a method of a class, whose object is made there."""
    for target, name in ((READY, "READY"), (READY.flow, "READY.flow"), (Loader.flow, "Loader.flow")):
        text, folders = target_of(target)
        assert text == f"{__name__}:{name}"
        assert str(Path.cwd()) in folders


def test_partial_function_brings_its_arguments(jobs: list[tuple[Job, Any]]) -> None:
    """By name; what is given beside it is stronger."""
    target = functools.partial(variadic, [1], scale=2, extra=3)
    genaudit.audit(target, arguments={"scale": 4})

    assert jobs[0][0].target == f"{__name__}:variadic"
    assert jobs[0][0].values == {"paths": [1], "scale": 4, "extra": 3}


def variadic(paths: list[int], scale: int = 1, **more: int) -> Any:
    yield paths, scale, more


def _local() -> Callable[[], object]:
    def gen() -> Any:
        yield 1

    return gen


def _replaced() -> Callable[[], object]:
    """A function that its module no longer has under its name."""
    namespace: dict[str, Any] = {"__name__": __name__}
    exec("def train_gen():\n    yield 1", namespace)
    function: Callable[[], object] = namespace["train_gen"]
    return function


@pytest.mark.parametrize(
    ("target", "words", "hint"),
    [
        pytest.param(lambda: 1, "lambda has no name", "def gen", id="lambda"),
        pytest.param(_local(), "inside a function", "top of its module", id="local"),
        pytest.param(_replaced(), "leads to another object", "", id="another of the name"),
        pytest.param(Loader(), "Loader is not what a target can be", "arguments=", id="object"),
        pytest.param(Loader().flow, "flow belongs to one Loader object", "Loader.flow, with arguments=", id="method"),
        pytest.param(train_gen(), "train_gen generator runs once", "audit(train_gen, arguments=", id="generator"),
        pytest.param(3, "int is not what a target can be", "data:train_gen", id="number"),
    ],
)
def test_what_no_process_could_find_is_refused(jobs: list, target: Any, words: str, hint: str) -> None:
    with pytest.raises(GenauditError, match=words) as caught:
        genaudit.audit(target)

    assert hint in caught.value.hint
    assert jobs == []


def test_a_function_of_a_notebook_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its module is a prompt, which no file holds."""
    prompt = ModuleType("__main__")
    exec("def gen():\n    yield 1", prompt.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", prompt)

    with pytest.raises(UsageError, match="notebook") as caught:
        target_of(prompt.gen)
    assert "%%writefile" in caught.value.hint


def test_a_function_of_a_script_is_found_by_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Relative where it lies below the current directory; what it imports lies beside it."""
    script = tmp_path / "train.py"
    script.write_text("def gen():\n    yield 1\n")
    main = ModuleType("__main__")
    main.__file__ = str(script)
    exec(script.read_text(), main.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", main)
    text, folders = target_of(main.gen)

    assert text == f"{script}:gen"
    assert folders[0] == str(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert target_of(main.gen)[0] == "train.py:gen"


def test_a_function_of_a_script_is_an_argument_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process has a main module of its own: there it comes from the file of the script."""
    script = tmp_path / "train_arguments.py"
    script.write_text("def make():\n    return 7\n")
    main = ModuleType("__main__")
    main.__file__ = str(script)
    exec(script.read_text(), main.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", main)
    module = Path(write_arguments({"make": main.make}, tmp_path).removesuffix(":arguments"))
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    namespace: dict[str, Any] = {}
    exec(module.read_text(encoding="utf-8"), namespace)
    made = namespace["arguments"]()["make"]
    del sys.modules["train_arguments"]

    assert (made(), made.__module__) == (7, "train_arguments")


def test_an_audit_inside_a_measured_process_is_refused(monkeypatch: pytest.MonkeyPatch, jobs: list) -> None:
    """It would start another one, and that another."""
    monkeypatch.setenv("GENAUDIT_TRIAL", "x")

    for function in (genaudit.audit, genaudit.record, genaudit.compare):
        with pytest.raises(UsageError, match="in the process that is measured") as caught:
            function("data:gen")
        assert "__main__" in caught.value.hint
    assert jobs == []


def test_compare_takes_the_same_options(monkeypatch: pytest.MonkeyPatch) -> None:
    from genaudit.comparison import run

    calls: list[tuple[Any, Any]] = []

    def instead(targets: Any, options: Any, talk: Any = None) -> genaudit.Comparison:
        calls.append((targets, options))
        return comparison()

    monkeypatch.setattr(run, "conduct", instead)
    genaudit.compare(train_gen, "data:gen", arguments={"n": 3}, variant_arguments={2: {"n": 4}}, unordered=True)
    genaudit.compare("data:gen", against="HEAD", repeats=1, strict=True)
    (targets, first), (_, second) = calls

    assert targets == [f"{__name__}:train_gen", "data:gen"]
    assert first.job.command == ["genaudit.compare", *targets]
    assert (first.job.repeats, first.job.quick, first.job.values, first.check_batches) == (3, True, {"n": 3}, True)
    assert first.variant_values == {2: {"n": 4}}
    assert str(Path.cwd()) in first.job.import_from
    assert (second.job.repeats, second.against, second.strict, second.job.import_from) == (1, "HEAD", True, [])


@pytest.mark.parametrize("result", [pytest.param(eager(), id="report"), pytest.param(comparison(), id="comparison")])
def test_a_result_prints_itself(
    result: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """To standard output, or to a file that is no terminal: without colours, at a width that nobody has to know."""
    monkeypatch.delenv("COLUMNS", raising=False)
    file = io.StringIO()
    result.print(file)
    result.print()

    plain = render(result, "text", width=100, colour=False, verbosity=1, unicode=True).decode()
    assert file.getvalue() == plain
    assert "\x1b" not in capsys.readouterr().out
    result.print(file, verbose=True)
    assert file.getvalue() == plain + render(result, "text", width=100, verbosity=2, unicode=True).decode()


def test_a_result_knows_what_its_terminal_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours, columns and characters."""

    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain = Terminal(), Terminal()
    eager().print(coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    eager().print(plain)

    assert "\x1b[" in coloured.getvalue()
    assert "\x1b[" not in plain.getvalue()
    assert "✗ FAIL" in plain.getvalue()
    assert max(len(line) for line in plain.getvalue().splitlines()) <= 90


@pytest.mark.parametrize(
    ("variables", "is_terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "3", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_who_wants_colours(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_terminal: bool, coloured: bool
) -> None:
    """By the two conventions for variables, and by the terminal where they say nothing."""
    for name, value in {"TERM": "xterm", "NO_COLOR": "", "FORCE_COLOR": "", **variables}.items():
        monkeypatch.setenv(name, value)
    file = io.StringIO()
    monkeypatch.setattr(file, "isatty", lambda: is_terminal)
    eager().print(file)

    assert wants_colour(file) is coloured
    assert ("\x1b[" in file.getvalue()) is coloured


@pytest.mark.parametrize(
    ("result", "name", "form", "begins"),
    [
        pytest.param(clean(), "audit.json", None, b"{", id="json"),
        pytest.param(clean(), "new/audit.HTML", None, b"<!DOCTYPE html>", id="html in a new folder"),
        pytest.param(clean(), "audit.txt", None, b"PASS", id="text"),
        pytest.param(clean(), "audit.sarif", None, b"{", id="sarif"),
        pytest.param(clean(), "codequality.json", "gitlab", b"[", id="format by name"),
        pytest.param(comparison(), "both.json", None, b"{", id="comparison"),
    ],
)
def test_a_result_is_saved_by_its_suffix(
    tmp_path: Path, result: Any, name: str, form: str | None, begins: bytes
) -> None:
    path = result.save(tmp_path / name, form)

    assert path == tmp_path / name
    assert path.read_bytes().lstrip().lower()[:40].find(begins.lower()) in {0, 2, 4}


def test_a_suffix_that_no_format_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no format has the suffix '\.docx'") as caught:
        clean().save(tmp_path / "audit.docx")
    assert ".html" in caught.value.hint
    with pytest.raises(UsageError, match=r"suffix '\.sarif'") as compared:
        comparison().save(str(tmp_path / "both.sarif"))
    assert ".html" in compared.value.hint
    assert ".sarif" not in compared.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_report_in_one_line() -> None:
    """With the verdict, the target, and how much was found."""
    assert repr(clean()) == f"<Report PASS {clean().target.spec}, no findings>"
    assert repr(eager()) == f"<Report FAIL {eager().target.spec}, 1 finding>"
    assert repr(leaking()) == f"<Recording {leaking().request.target}, 4 trials>"
    assert re.fullmatch(r"<Comparison inefficient vs .*, exit code 1>", repr(comparison()))


def test_a_report_knows_its_recording(jobs: list, tmp_path: Path) -> None:
    """As long as it is not read from a file that holds the report alone; the saved report does not have it twice."""
    report = genaudit.audit("data:gen", budgets={"peak": "1MiB"})
    assert report.recording is not None
    assert report.recording.trials == leaking().trials
    (tmp_path / "recording.json").write_bytes(encode(report.recording))
    again = genaudit.load(tmp_path / "recording.json")
    alone = genaudit.load(report.save(tmp_path / "report.json"))

    assert isinstance(again, genaudit.Report)
    assert isinstance(alone, genaudit.Report)
    # Judged by the same promises.
    assert again.findings == report.findings
    assert again.recording == report.recording
    assert alone == report
    assert alone.recording is None
    assert set(json.loads((tmp_path / "report.json").read_text())) == set(genaudit.Report.__struct_fields__)


def python_block(page: Path) -> str:
    """The Python of the block after ``<!-- python: audit -->``."""
    (block,) = re.findall(r"<!-- python: audit -->\n```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


@pytest.mark.process
def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    """On a few small images; what it prints is what the page promises."""
    text = python_block(ROOT / "README.md")
    small = text.replace("n=400,size=256x256", "n=120,size=128x128").replace(", budgets=", ", quick=True, budgets=")
    assert small.count("n=120") == small.count("quick=True") == 1
    (tmp_path / "use.py").write_text(small, encoding="utf-8")
    done = subprocess.run([sys.executable, "use.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "PASS" in done.stdout
    assert done.stdout.splitlines()[-1] == "True []"
    assert (tmp_path / "audit.html").read_bytes().startswith(b"<!")


@pytest.mark.process
def test_a_script_that_audits_its_own_function(tmp_path: Path) -> None:
    """Below ``__main__`` it works; without, the measured process says what to do, and starts no other."""
    script = "import genaudit\ndef gen():\n    for _ in range(9):\n        yield b'x'\n"
    call = "report = genaudit.audit(gen, sizes='off', batches=4, max_batches=4, quick=True)\nprint(report)\n"
    (tmp_path / "guarded.py").write_text(
        f"{script}if __name__ == '__main__':\n    {call.replace(chr(10), chr(10) + '    ')}"
    )
    (tmp_path / "bare.py").write_text(f"{script}{call}print(report.failure.message)")
    guarded, bare = (
        subprocess.run([sys.executable, name], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        for name in ("guarded.py", "bare.py")
    )

    assert guarded.returncode == 0, guarded.stderr
    assert "guarded.py:gen" in guarded.stdout
    assert bare.returncode == 0, bare.stderr
    assert "ERROR bare.py:gen" in bare.stdout
    assert "called in the process that is measured" in bare.stdout
