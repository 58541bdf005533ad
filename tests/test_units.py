"""Durations as people write them, wherever an option takes one."""

import pytest
from click.testing import CliRunner

import genaudit
from genaudit.cli.main import cli
from genaudit.config.environment import from_variables
from genaudit.config.keys import KEYS
from genaudit.errors import UsageError
from genaudit.model.job import Job
from genaudit.pytest_support.options import read
from genaudit.recorder.child.watch import session
from genaudit.units import GIB, parse_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300", 300),
        ("2.5", 2.5),
        ("1e3", 1000),
        ("90s", 90),
        ("90 sec", 90),
        ("5m", 300),
        ("5M", 300),
        ("5min", 300),
        (" 5 minutes ", 300),
        ("1h", 3600),
        ("1h30m", 5400),
        ("1 h 30 min 5 s", 5405),
        ("500ms", 0.5),
        ("2d", 172_800),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    """The same at every door: a text, a key, a variable, a marker, a Python function."""
    assert parse_seconds(text) == seconds
    assert KEYS["timeout"].read(text) == seconds
    assert from_variables({"GENAUDIT_TIMEOUT": text})["timeout"] == seconds
    assert read({"timeout": text}, where="a marker").values == {"timeout": seconds}
    assert Job(target="a:b", timeout=text).request.timeout_s == seconds


@pytest.mark.parametrize(
    "text", ["", "5x", "m", "1h30", "30 1h", "-5", "+5m", "nan", "inf", "5:00", "1,5m", ".5m", "\u0665m"]
)
def test_no_durations(text: str) -> None:
    """Refused with what can be written."""
    with pytest.raises(UsageError) as caught:
        parse_seconds(text)

    assert caught.value.hint.endswith("90, 90s, 5m, 1h30m")


@pytest.mark.parametrize(("text", "told"), [("5x", "there is no unit 'x'"), ("0m", "from 0 to"), ("nan", "5m")])
def test_a_command_line_says_what_to_write(text: str, told: str) -> None:
    done = CliRunner().invoke(cli, ["run", "data:gen", "--timeout", text])

    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert "5m, 1h30m" in " ".join(done.output.split())


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), "0s", None, [5]])
def test_a_job_refuses_what_is_no_time(timeout: object) -> None:
    with pytest.raises(UsageError, match="not a number of seconds"):
        Job(target="a:b", timeout=timeout)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "n_bytes"), [(5, 5), ("8G", 8 * GIB), ("8GiB", 8 * GIB), ("8GB", 8 * 10**9), (None, None)]
)
def test_sizes_from_python(monkeypatch: pytest.MonkeyPatch, size: int | str | None, n_bytes: int | None) -> None:
    """Bytes, or a text, also where a job watches itself."""
    seen: list[object] = []
    monkeypatch.setattr(session, "watch", lambda value, out, limit: seen.append(limit))
    genaudit.watch([], memory_limit=size)

    assert seen == [n_bytes]
