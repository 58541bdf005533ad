"""The text of a target that is a script."""

from pathlib import Path

import pytest

from genaudit.errors import UsageError
from genaudit.recorder.script import is_script, parse_script


@pytest.mark.parametrize("text", ["train.py", " a/train.py", "-m shop.train", "notes.ipynb", "train.pyw"])
def test_scripts(text: str) -> None:
    """A file without a name in it, or a module that is to be run."""
    assert is_script(text)


@pytest.mark.parametrize("text", ["train.py:batches", "shop.train:batches", "shop.train", "train.txt", ""])
def test_others(text: str) -> None:
    """Are targets of the other kind."""
    assert not is_script(text)


def test_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the name that was typed, for the script's own argv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")

    target = parse_script("train.py", ["--epochs", "3"], source="2").as_dict([])

    assert target["file"] == str(tmp_path / "train.py")
    assert target["steps"] == []
    script = target["script"]
    assert (script["kind"], script["typed"], script["arguments"], script["source"]) == (
        "file",
        "train.py",
        ["--epochs", "3"],
        "2",
    )


def test_a_module() -> None:
    """Is found in the child, where the script runs."""
    target = parse_script("-m shop.train", []).as_dict([])

    assert (target["file"], target["script"]["module"]) == (None, "shop.train")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("-m train.py", "genaudit run train.py", id="a file"),
        pytest.param("-m ./shop", "package.module", id="a folder"),
        pytest.param("trian.py", "did you mean", id="no such file"),
    ],
)
def test_what_cannot_be_run(text: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says what to type."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text("")

    with pytest.raises(UsageError) as caught:
        parse_script(text, [])
    assert hint in caught.value.hint
