"""The target and its arguments as the child process reads them."""

import marshal
import sys
from pathlib import Path
from typing import Any

import pytest

from genaudit.errors import GenauditError, UsageError
from genaudit.experiment.inputs import DEEPEST, child_inputs, child_target, covering_of
from genaudit.model.job import Job


def job(target: str = "data:batches", **options: Any) -> Job:
    """A job for a target."""
    return Job(target=target, **options)


def nested(depth: int) -> list[Any]:
    """Lists in lists."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def endless() -> list[Any]:
    """A list that holds itself."""
    value: list[Any] = []
    value.append(value)
    return value


def test_the_target_with_its_folders() -> None:
    """As the child finds it."""
    target = child_target(job("data:Loader(8).flow", import_from=["lib"]))

    assert target["module"] == "data"
    assert target["import_from"] == ["lib"]
    marshal.dumps(target)


def test_everything_that_arguments_are_made_from() -> None:
    """What was typed first, then values of the caller's; those of the configuration apart."""
    inputs = child_inputs(
        job(
            arguments=["size=32"],
            values={"keys": ["a"]},
            configured={"depth": 2},
            args_from="data:arguments",
            dataset="keys",
            items=9,
            driver="iterable",
            lenient=True,
        )
    )

    assert inputs["arguments"] == [["size", "value", 32], ["keys", "value", ["a"]]]
    assert inputs["config_arguments"] == {"depth": 2}
    assert inputs["args_from"]["module"] == "data"
    others = {name: inputs[name] for name in ("dataset", "items", "driver", "lenient", "synth")}
    assert others == {"dataset": "keys", "items": 9, "driver": "iterable", "lenient": True, "synth": None}
    marshal.dumps(inputs)


def test_a_data_set_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where that is asked for, of so many items as are asked for."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    inputs = child_inputs(job(synth="images:n=2,size=8x8", items=3))

    assert inputs["synth"] is not None
    assert "3" in str(inputs["synth"])
    marshal.dumps(inputs)


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        pytest.param({"synth": "images:n=2", "args_from": "data:arguments"}, "two-data-sets", id="two data sets"),
        pytest.param({"values": {"keys": object()}}, "argument-not-plain", id="an object"),
        pytest.param({"values": {"keys": [1, {"a": {2: Path()}}]}}, "argument-not-plain", id="an object inside"),
        pytest.param({"values": {"keys": nested(DEEPEST + 1)}}, "argument-not-plain", id="too deep"),
        pytest.param({"values": {"keys": endless()}}, "argument-not-plain", id="endless"),
        pytest.param({"values": {"keys": type("Sub", (int,), {})(1)}}, "argument-not-plain", id="a subclass"),
        pytest.param({"configured": {"keys": object()}}, "argument-not-plain", id="of the configuration"),
        pytest.param({"arguments": ["keys"]}, None, id="no argument"),
        pytest.param({"args_from": "data"}, None, id="no function"),
    ],
)
def test_what_cannot_be_sent_is_refused(options: dict[str, Any], slug: str | None) -> None:
    """Before a process is started."""
    with pytest.raises(UsageError) as caught:
        child_inputs(job(**options))
    assert slug is None or caught.value.slug == slug


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.5, 2j, "a", b"a", (1, [2]), {"a": {1, 2}}, frozenset({1}), nested(DEEPEST - 1)], ids=repr
)
def test_plain_values_are_sent(value: object) -> None:
    """All that marshal can carry."""
    inputs = child_inputs(job(values={"keys": value}))

    assert marshal.loads(marshal.dumps(inputs))["arguments"] == [["keys", "value", value]]


def test_a_target_that_is_none() -> None:
    """Is refused by the same sentence as everywhere."""
    with pytest.raises(GenauditError):
        child_target(job("no target"))


@pytest.mark.parametrize(
    ("options", "target"),
    [
        pytest.param({"values": {"password": "zebra77"}}, "data:batches", id="a value"),
        pytest.param({"arguments": ["password=zebra77"]}, "data:batches", id="an argument"),
        pytest.param({"configured": {"password": "zebra77"}}, "data:batches", id="the configuration"),
        pytest.param({}, "data:batches(password='zebra77')", id="the target's own call"),
        pytest.param({"args_from": "data:make(password='zebra77')"}, "data:batches", id="the maker's call"),
    ],
)
def test_a_secret_is_covered_wherever_it_was_given(options: dict[str, Any], target: str) -> None:
    """In any text."""
    made = job(target, **options)
    covering = covering_of(child_target(made), child_inputs(made))

    assert "zebra77" not in covering.text("it was zebra77 that failed")
    assert covering.text("it was plain77 that failed") == "it was plain77 that failed"


def test_texts_are_as_in_source_code() -> None:
    """``kind is "rgb images"`` is true in the child, as it is where a caller in the same module writes the text."""
    asked = Job(
        target="data:f(kind='rgb images')",
        arguments=["mode=rgb images"],
        values={"names": ["rgb images"]},
        configured={"other": ("rgb images",)},
    )

    target, inputs = marshal.loads(marshal.dumps((child_target(asked), child_inputs(asked))))

    texts = [
        target["steps"][-1][2]["kind"],
        inputs["arguments"][0][2],
        inputs["arguments"][1][2][0],
        inputs["config_arguments"]["other"][0],
    ]
    assert all(text is sys.intern("rgb images") for text in texts)


def test_a_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has words in place of arguments; a secret among them is known for one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")
    wanted = job("train.py", script=["--api-token", "hunter2hunter2", "--lr=0.1"], source="2")

    target = child_target(wanted)

    assert (target["script"]["arguments"][2], target["script"]["source"]) == ("--lr=0.1", "2")
    assert "hunter2hunter2" not in covering_of(target, child_inputs(wanted)).text("token hunter2hunter2 was refused")


def test_what_is_for_generators_is_not_for_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their arguments come behind two dashes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")

    with pytest.raises(UsageError, match="--arg is for a generator") as caught:
        child_target(job("train.py", script=[], arguments=["n=3"]))
    assert "genaudit run train.py -- " in caught.value.hint
