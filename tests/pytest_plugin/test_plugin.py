"""The plugin as a project uses it: real audits of small generators, in a pytest of its own."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

# Where genaudit is only on the path, the plugin has to be named. Asked of a process outside of the checkout, as the
# tests' own projects are: the checkout may hold metadata of its own.
ASK = "import importlib.metadata as m; print(any(e.name == 'genaudit' for e in m.entry_points(group='pytest11')))"
INSTALLED = (
    subprocess.run([sys.executable, "-c", ASK], cwd="/", capture_output=True, text=True).stdout.strip() == "True"
)
# Plugins that no test here is about are not imported by each of their processes.
OTHERS = ["-p", "no:hypothesispytest", "-p", "no:anyio"]
PLUGIN = [*OTHERS, *([] if INSTALLED else ["-p", "genaudit.pytest_plugin"])]
WITHOUT_PAGES = "import sys\nsys.modules['bokeh'] = None\n"
"""As where nothing can draw a page: a test that looks at one has another conftest.py."""
SHOP = """
import numpy as np

def lazy(paths, batch_size=8):
    for start in range(0, len(paths), batch_size):
        yield np.stack([np.load(path) for path in paths[start:start + batch_size]])

def eager(paths, batch_size=8):
    arrays = [np.load(path) for path in paths]
    for start in range(0, len(paths), batch_size):
        yield np.stack(arrays[start:start + batch_size])

def leak(batch_size=8):
    kept = []
    while True:
        batch = np.ones((batch_size, 64, 64))
        kept.append(batch.copy())
        yield batch

def steady(batch_size=8):
    while True:
        yield np.ones((batch_size, 64, 64))
"""
FIXTURES = """
import numpy as np
import pytest
from shop import eager, lazy, leak, steady

@pytest.fixture
def paths(tmp_path):
    for at in range(96):
        np.save(tmp_path / f"{at:03}.npy", np.full((64, 64), at, dtype=float))
    return sorted(tmp_path.glob("*.npy"))
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a module of generators, and an ini file that keeps audits short."""
    pytester.makepyfile(shop=SHOP)
    pytester.makeconftest(WITHOUT_PAGES)
    pytester.makeini(
        "[pytest]\npythonpath = .\ngenaudit_batches = 6\ngenaudit_max_batches = 24\ngenaudit_sizes = off\n"
    )
    return pytester


def run(project: pytest.Pytester, tests: str, *words: str) -> pytest.RunResult:
    project.makepyfile(test_gen=FIXTURES + tests)
    return project.runpytest_subprocess(*PLUGIN, "-p", "no:cacheprovider", "--strict-markers", *words)


def test_a_marked_test_that_returns_a_generator(project: pytest.Pytester) -> None:
    """Fixtures and parameters reach the measured process; the verdicts are those of an audit."""
    project.makeconftest("")
    result = run(
        project,
        """
@pytest.mark.genaudit(growth="64KiB/batch", scaling="constant", batches=6, sizes="auto")
@pytest.mark.parametrize("make", [lazy, eager])
def test_batches(paths, make):
    return make(paths, batch_size=8)
""",
    )

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_batches?eager?*",
            "Loads its whole data set before the first batch: shop.py:8",
            "*FAIL*test_gen.py:test_batches*",
            "*shop.py:8 in eager*",
            "*Retained*per file*",
            "*GA607 scaling-over-budget*above the budget of constant*",
            "*report*reports/test_gen.py-test_batches-eager/report.html*",
            "*= genaudit =*",
            "FAIL*test_gen.py::test_batches?eager?: loads its whole data set*",
            "2 audits: 1 pass, 1 fail",
        ]
    )
    assert (project.path / "reports/test_gen.py-test_batches-eager/report.html").stat().st_size > 10_000
    assert not (project.path / "reports/test_gen.py-test_batches-lazy/report.html").exists()
    report = json.loads((project.path / "reports/test_gen.py-test_batches-lazy/report.json").read_text())
    assert report["target"]["dataset_parameter"] == "paths"


def test_a_marked_test_that_yields(project: pytest.Pytester) -> None:
    """In a function, and in a method of a class whose marker its methods share."""
    result = run(
        project,
        """
@pytest.mark.genaudit(growth="16KiB/batch")
def test_leak():
    yield from leak()

@pytest.mark.genaudit
class TestSteady:
    size = 4

    def test_yields(self):
        yield from steady(self.size)

    def test_returns(self):
        return steady(batch_size=self.size)
""",
    )

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*GA603 growth-over-budget*above the budget of 16 KiB/batch*"])


def test_audits_by_hand(project: pytest.Pytester) -> None:
    """The fixture gives a report to assert on; what failed is shown where the assertion fails."""
    project.makeconftest("")
    result = run(
        project,
        """
def test_ok(genaudit, paths):
    report = genaudit.run("shop:lazy(batch_size=4)", arguments={"paths": paths}, growth="64KiB/batch")
    assert report.ok
    assert report.batches.count >= 6

def test_not_ok(genaudit):
    import shop
    assert genaudit.run(shop.leak).ok

def test_a_lambda(genaudit):
    genaudit.run(lambda: 1)

def test_no_such_generator(genaudit):
    genaudit.run("shop:leek")

def test_no_such_budget(genaudit):
    genaudit.run("shop:leak", grwoth="1KiB/batch")
""",
    )

    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["*genaudit: a lambda has no name*", "*hint: make it a function*"])
    result.stdout.fnmatch_lines(["*Captured genaudit call*", "*FAIL*shop:leak*", "*shop.py:*", "*report.html*"])
    result.stdout.fnmatch_lines(["*has no attribute 'leek'*", "*did you mean leak?*"])
    result.stdout.fnmatch_lines(["*has no 'grwoth'*", "*did you mean growth?*"])


def test_values_that_cannot_be_made_again(project: pytest.Pytester) -> None:
    """The message names the fixture, what it is, and what to do; there is no traceback of genaudit's."""
    result = run(
        project,
        """
@pytest.mark.genaudit
def test_it(monkeypatch):
    return steady()
""",
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*genaudit: 'monkeypatch' is a *MonkeyPatch*", "*hint: pass plain values*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_a_skip_is_a_skip_and_a_marker_without_effect_is_an_error(project: pytest.Pytester) -> None:
    """What a test says in the measured process counts; a marker is never passed over in silence."""
    result = run(
        project,
        """
import unittest

@pytest.mark.genaudit
def test_skips():
    pytest.skip("no data here")

class TestOld(unittest.TestCase):
    @pytest.mark.genaudit
    def test_method(self):
        return steady()
""",
        "-rs",
    )

    result.assert_outcomes(skipped=1, errors=1)
    result.stdout.no_fnmatch_line("*Skipped*no data here*")
    result.stdout.fnmatch_lines(["*marker does nothing on a method of unittest.TestCase*"])
    result.stdout.fnmatch_lines(["*no data here*"])


def test_a_broken_generator_fails_with_its_own_error(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
@pytest.mark.genaudit
def test_returns_nothing():
    steady()

@pytest.mark.genaudit
def test_breaks():
    for batch in steady():
        yield batch
        raise OSError("disk gone")
""",
    )

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*does the function lack a yield*"])
    result.stdout.fnmatch_lines(["*OSError*disk gone*"])


def test_the_baseline_is_written_and_kept_to(project: pytest.Pytester) -> None:
    """A test that gets worse than the baseline fails; an unchanged one passes."""
    test = """
@pytest.mark.genaudit(fail_on="error")
def test_held():
    kept = np.ones(2**{power})
    for batch in steady():
        yield batch + kept[0]
"""
    first = run(project, test.format(power=19), "--genaudit-update-baseline", "--genaudit-reason", "first figures")
    first.assert_outcomes(passed=1)
    first.stdout.fnmatch_lines(["baseline written: genaudit-baseline.json"])
    (entry,) = json.loads((project.path / "genaudit-baseline.json").read_text())["entries"]
    assert (entry["target"], entry["reason"]) == ("test_gen.py::test_held", "first figures")

    run(project, test.format(power=19)).assert_outcomes(passed=1)
    worse = run(project, test.format(power=22))
    worse.assert_outcomes(failed=1)
    worse.stdout.fnmatch_lines(["*first-batch*the baseline*"])


def test_workers_of_xdist_share_the_machine(project: pytest.Pytester) -> None:
    """Results of all workers are in the summary of the one who started them."""
    pytest.importorskip("xdist")
    result = run(
        project,
        """
@pytest.mark.genaudit
@pytest.mark.parametrize("size", [2, 4, 6])
def test_steady(size):
    return steady(batch_size=size)
""",
        "-n",
        "2",
    )

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["3 audits: 3 *"])


def test_nothing_of_genaudit_is_left_when_it_is_switched_off(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_other="def test_other(request):\n"
        "    assert not request.config.pluginmanager.hasplugin('genaudit-results')\n"
    )
    words = [*OTHERS, *(["-p", "no:genaudit"] if INSTALLED else [])]
    result = project.runpytest_subprocess(*words, "-k", "other")

    result.assert_outcomes(passed=1)


def test_pytest_starts_without_the_rest_of_genaudit(project: pytest.Pytester) -> None:
    """Neither numpy nor a module of genaudit's but the table of options is imported where no audit is asked for."""
    project.makeconftest(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    print('LOADED', sorted(m for m in sys.modules if m.split('.')[0] in {'genaudit', 'numpy', 'msgspec'}))\n"
    )
    project.makepyfile(test_other="def test_other(): pass\n")
    result = project.runpytest_subprocess(*PLUGIN, "-q", "-s", "-k", "other")

    result.stdout.fnmatch_lines(
        ["*LOADED ?'genaudit', 'genaudit.options', 'genaudit.pytest_plugin', 'genaudit.version'?"]
    )


def test_help_and_markers_name_what_there_is(project: pytest.Pytester) -> None:
    said = project.runpytest_subprocess(*PLUGIN, "--markers").stdout.str()
    assert "@pytest.mark.genaudit(growth='64KiB/batch'" in said
    said = project.runpytest_subprocess(*PLUGIN, "--help").stdout.str()
    assert "--genaudit-update-baseline" in said
    assert "genaudit_memory_limit" in said


# Each look at a trial is told, and the terminal is what its user sees.
TERMINAL = """
import pytest
import genaudit.cli.support.progress as progress

progress.EVERY_LINE_S = 0.0


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is not None:
        # A value in earlier versions of pytest.
        reporter.isatty = (lambda: {is_terminal}) if callable(reporter.isatty) else {is_terminal}
"""
WRITES = """
@pytest.mark.genaudit
def test_steady():
    print("of the test")
    return steady()
"""


@pytest.mark.parametrize(
    ("words", "is_terminal", "is_shown"),
    [
        pytest.param([], True, True, id="a terminal"),
        pytest.param(["-s"], True, True, id="nothing is captured"),
        pytest.param([], False, False, id="a file"),
        pytest.param(["-q"], True, False, id="quiet"),
        pytest.param(["-n", "1"], True, False, id="a worker of xdist"),
    ],
)
def test_progress_is_shown_where_somebody_looks(
    project: pytest.Pytester, words: list[str], is_terminal: bool, is_shown: bool
) -> None:
    """On lines of its own; the result of the test stands after them as it does without."""
    if "-n" in words:
        pytest.importorskip("xdist")
    project.makeconftest(TERMINAL.format(is_terminal=is_terminal))

    result = run(project, WRITES, *words)

    result.assert_outcomes(passed=1)
    lines = [line for line in result.outlines if line.startswith("test_steady: ")]
    assert bool(lines) is is_shown
    if is_shown:
        assert any("driving" in line for line in lines)
        result.stdout.re_match_lines([r"(test_gen\.py )?\.( .*)?$"])
    assert not any("since the first batch" in line for line in result.errlines)
