"""Comparisons of real generators, small ones, in processes of their own."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import genaudit
from genaudit.errors import GenauditError, UsageError
from genaudit.model.codec import decode_comparison
from genaudit.model.comparison import Comparison, SameData
from genaudit.model.recording import Revision
from tests.real_run import ordinary_signals

pytestmark = pytest.mark.process

VARIANTS = """
import random
import numpy as np

ORDER = list(range(64))
random.shuffle(ORDER)

def _item(at):
    return np.full((16, 16), at, dtype=np.float32)

def eager(n=64, batch_size=8):
    items = [np.random.random((64, 64)) for _ in range(n)]
    for start in range(0, n, batch_size):
        yield np.stack(items[start:start + batch_size]), np.arange(start, start + batch_size)

def lazy(n=64, batch_size=8):
    for start in range(0, n, batch_size):
        yield np.stack([np.random.random((64, 64)) for _ in range(batch_size)]), np.arange(start, start + batch_size)

def wrong(n=64, batch_size=8):
    for number, (images, labels) in enumerate(lazy(n, batch_size)):
        if number == 2:
            images[3, 5, 7] += 0.5
        yield images, labels

def shuffled(n=64, batch_size=8):
    order = list(ORDER[:n] if n == 64 else range(n))
    for start in range(0, n, batch_size):
        yield np.stack([_item(at) for at in order[start:start + batch_size]])

def plain(n=64, size=16):
    for start in range(0, n, size):
        yield np.stack([_item(at) for at in range(start, start + size)])

def uneven(n=64):
    start = 0
    while start < n:
        size = 32 if start < 320 else 2
        yield np.stack([_item(at) for at in range(start, start + size)])
        start += size

def unseeded(n=64, batch_size=8):
    source = np.random.default_rng()
    for _ in range(0, n, batch_size):
        yield source.random((batch_size, 4))

def raises(n=64, batch_size=8):
    for number, batch in enumerate(lazy(n, batch_size)):
        if number == 3:
            raise OSError("disk gone")
        yield batch

def greedy(n=64, batch_size=8):
    kept = []
    while True:
        kept.append(np.ones(2**24))
        yield np.zeros((batch_size, 4))

def arguments(n):
    return {"n": n, "batch_size": 8, "only_some_take_this": True}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the variants, to compare from."""
    (tmp_path / "shop.py").write_text(VARIANTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def quick(*targets: str, **options: object) -> Comparison:
    fields = {"batches": 6, "max_batches": 6, "sizes": "off", "repeats": 1, **options}
    return genaudit.compare(*targets, **fields)  # type: ignore[arg-type]


def test_a_rewrite_with_global_random_numbers_yields_the_same(project: Path) -> None:
    """Seeds are fixed, so numbers drawn at other times are the same numbers; the rewrite needs less memory."""
    comparison = genaudit.compare(
        "shop:eager", "shop:lazy", args_from="shop:arguments", items=64, batches=6, repeats=3, check_batches=True
    )
    check = comparison.against[0].batches
    by_name = {difference.figure: difference for difference in comparison.against[0].differences}

    assert check is not None
    assert (check.verdict, check.batches, check.ordered) == (SameData.SAME, 6, True)
    assert {"PYTHONHASHSEED", "random", "numpy"} <= set(check.seeds)
    assert by_name["retained_first_bytes"].better is True
    assert by_name["growth_bytes_per_item"].better is True
    assert comparison.variants[0].report.verdict.value == "fail"
    assert comparison.variants[1].report.verdict.value != "fail"
    turns = [(drive.round, drive.variant) for drive in comparison.drives]
    assert turns == [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)]
    assert (comparison.same_data, comparison.exit_code) == (True, 0)


def test_one_changed_value_is_found(project: Path) -> None:
    comparison = quick("shop:lazy", "shop:wrong", check_batches=True)
    check = comparison.against[0].batches

    assert check is not None
    assert check.verdict is SameData.DIFFERENT
    assert check.first is not None
    assert (check.first.batch, check.first.place, check.first.what) == (3, "[0]", "values")
    assert (check.first.index, check.first.n_different) == ([3, 5, 7], 1)
    assert check.first.largest_difference == pytest.approx(0.5)
    assert comparison.exit_code == 1


def test_shuffled_items_in_other_batches_are_the_same_as_a_set(project: Path) -> None:
    """In order they differ; as sets of items they do not, whatever the size of a batch."""
    # An epoch of the larger batches: in a few more of them memory that moves would be looked for line by line.
    epoch = {"batches": 4, "max_batches": 4}
    in_order = quick("shop:plain", "shop:shuffled", check_batches=True, **epoch)
    as_set = quick("shop:plain", "shop:shuffled", unordered=True, **epoch)

    assert in_order.same_data is False
    check = as_set.against[0].batches
    assert check is not None
    assert (check.verdict, check.ordered, check.items, check.epochs) == (SameData.SAME, False, 64, 1)


def test_an_epoch_of_uneven_batches_is_counted_to_its_last_item(project: Path) -> None:
    """Where the size of the data set is known, an epoch is that many items, however many each batch has."""
    comparison = quick("shop:plain", "shop:uneven", args_from="shop:arguments", items=800, unordered=True)
    check = comparison.against[0].batches

    assert check is not None
    assert (check.verdict, check.items) == (SameData.SAME, 800)


def test_what_changes_at_each_run_is_not_called_different(project: Path) -> None:
    comparison = quick("shop:unseeded", "shop:unseeded", check_batches=True)
    check = comparison.against[0].batches

    assert check is not None
    assert check.verdict is SameData.UNKNOWN
    assert check.reason is not None
    assert "yields other data each time it is run" in check.reason
    assert comparison.exit_code == 0


def test_variants_that_fail_do_not_stop_the_others(project: Path) -> None:
    """One raises, one passes the memory limit; the two that run are compared all the same."""
    comparison = quick(
        "shop:lazy", "shop:raises", "shop:greedy", "shop:eager", check_batches=True, memory_limit="150MiB", batches=8
    )
    problems = [variant.problem for variant in comparison.variants]
    verdicts = [against.batches.verdict for against in comparison.against if against.batches is not None]

    assert problems[0] is None
    assert problems[3] is None
    assert "OSError" in str(problems[1])
    assert "memory limit" in str(problems[2])
    assert verdicts == [SameData.UNKNOWN, SameData.DIFFERENT, SameData.SAME]
    assert comparison.against[0].batches is not None
    assert comparison.against[0].batches.reason == "raises raised OSError: disk gone; the 3 batches before are the same"
    assert {difference.figure for difference in comparison.against[2].differences} >= {
        "high_water_bytes",
        "items_per_second",
    }
    assert comparison.exit_code == 3


def test_arguments_for_one_variant(project: Path) -> None:
    comparison = quick(
        "shop:lazy", "shop:plain", arguments={"n": 32}, variant_arguments={"plain": {"size": 4}, 1: {"batch_size": 2}}
    )

    assert [variant.report.target.arguments for variant in comparison.variants] == [
        {"n": "32", "batch_size": "2"},
        {"n": "32", "size": "4"},
    ]


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose last commit changed a helper that the generator imports, and where data is not tracked."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.org")
    (project / "shop").mkdir()
    (project / "shop.py").unlink()
    (project / "shop" / "__init__.py").write_text("")
    (project / "shop" / "scale.py").write_text("SCALE = 1\n")
    (project / "shop" / "data.py").write_text(
        "import numpy as np\nfrom shop.scale import SCALE\n\n"
        "def gen(paths):\n    for path in paths:\n        yield np.load(path) * SCALE\n"
    )
    git("init", "-q", ".")
    git("add", "shop")
    git("commit", "-qm", "one")
    (project / "shop" / "scale.py").write_text("SCALE = 2\n")
    git("commit", "-qam", "two")
    import numpy as np

    (project / "data").mkdir()
    for at in range(6):
        np.save(project / "data" / f"{at}.npy", np.full((2, 2), at + 1))
    return project


@pytest.mark.parametrize("target", ["shop.data:gen", "shop/data.py:gen"])
def test_another_revision_is_imported_as_a_whole_and_reads_the_same_data(
    repository: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The helper comes from the old revision too; untracked data is found where it lies; nothing is left behind."""
    from genaudit.comparison.options import Options
    from genaudit.comparison.run import conduct
    from genaudit.model.job import Job

    # An import writes it, whoever imports.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    before = git("status", "--porcelain")
    comparison = conduct(
        [target],
        Options(
            job=Job(
                target=target,
                # The whole epoch: half of it leaves open whether memory grows, and further trials are run.
                batches=6,
                max_batches=6,
                sizes="off",
                repeats=1,
                quick=True,
                arguments=["paths=glob:data/*.npy"],
            ),
            against="HEAD~1",
            check_batches=True,
        ),
    )
    old, new = comparison.variants
    check = comparison.against[0].batches

    assert (old.name, new.name, old.revision) == ("HEAD~1", "working tree", "HEAD~1")
    assert old.commit == git("rev-parse", "HEAD~1")
    assert old.target == new.target == target
    assert old.report.target.path == "shop/data.py"
    assert old.report.revision == Revision(commit=old.commit, branch=None, dirty=False)
    assert new.report.revision is not None
    assert new.report.revision.commit == git("rev-parse", "HEAD")
    assert check is not None
    assert check.first is not None
    assert (check.first.base, check.first.other) == ("1", "2")
    assert git("worktree", "list").count("\n") == 0
    assert git("status", "--porcelain") == before


@pytest.mark.parametrize(
    ("targets", "revision", "said"),
    [
        (["shop.data:gen"], "v9", "no such revision"),
        (["shop.data:gen", "shop.data:gen"], "HEAD", "one target"),
        (["shop/data.py:gen"], "HEAD~1", "has no file"),
        (["fresh:gen"], "HEAD~1", "HEAD~1 has no module fresh"),
        (["glob:iglob('*')"], "HEAD~1", "belongs to no revision"),
    ],
)
def test_revisions_that_cannot_be_had(repository: Path, targets: list[str], revision: str, said: str) -> None:
    if said == "has no file":
        git("mv", "shop/data.py", "shop/batches.py")
        targets = ["shop/batches.py:gen"]
    (repository / "fresh.py").write_text("def gen():\n    yield 1\n")
    with pytest.raises(UsageError) as caught:
        quick(*targets, against=revision)

    assert said in f"{caught.value.message} {caught.value.hint}"
    assert git("worktree", "list").count("\n") == 0


def test_outside_of_a_repository(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    with pytest.raises(UsageError, match="needs a git repository"):
        quick("shop:lazy", against="HEAD")


@pytest.mark.slow
def test_ctrl_c_takes_the_other_revision_away(repository: Path) -> None:
    """The checked-out tree goes, what was measured is kept, and the exit code says so."""
    (repository / "shop" / "data.py").write_text(
        "import time\nimport numpy as np\n\n"
        "def gen(paths):\n    while True:\n        open('started', 'w').close()\n"
        "        time.sleep(0.05)\n        yield 1\n"
    )
    git("commit", "-qam", "three")
    words = ["compare", "shop.data:gen", "--against", "HEAD~1", "--arg", "paths=glob:data/*.npy", "--batches", "100000"]
    process = subprocess.Popen(
        [sys.executable, "-m", "genaudit", *words], stderr=subprocess.PIPE, text=True, preexec_fn=ordinary_signals
    )
    while not (repository / "started").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()

    assert process.returncode == 130, said
    assert git("worktree", "list").count("\n") == 0
    assert list(repository.glob("reports/*/comparison.json"))


def test_a_name_that_is_not_there_is_said_with_its_variant(project: Path) -> None:
    """Which of the targets was misspelt, and what may have been meant."""
    with pytest.raises(GenauditError) as caught:
        quick("shop:lazy", "shop:plane")

    assert caught.value.message.startswith("plane: module shop")
    assert "plain" in caught.value.hint


def test_the_configuration_gives_arguments_to_each_target(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds for all, and what only one target's table says."""
    # Pages and pictures are others' tests.
    monkeypatch.setenv("GENAUDIT_WRITE", "json")
    (project / "genaudit.toml").write_text('[arguments]\nn = 32\n[target."shop:plain".arguments]\nsize = 4\n')
    words = ["shop:lazy", "shop:plain", "--sizes", "off", "--repeats", "1", "--batches", "4", "--format", "json"]
    done = subprocess.run([sys.executable, "-m", "genaudit", "compare", *words], capture_output=True, check=True)
    comparison = decode_comparison(done.stdout, name="stdout")

    assert [variant.report.target.arguments for variant in comparison.variants] == [
        {"n": "32", "batch_size": "8"},
        {"n": "32", "size": "4"},
    ]
