"""A copy of a project in which one file has another content."""

from pathlib import Path

import pytest

from genaudit.comparison.variants import VariantSpec
from genaudit.fix.shadow import shadow


def test_all_else_is_where_it_was(tmp_path: Path) -> None:
    """Neighbours, folders beside it and above it by links; compiled files of the user's are out of reach."""
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    (package / "data.py").write_text("old")
    (package / "other.py").write_text("other")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "1.jpg").write_text("photo")

    with shadow({package / "data.py": b"new"}) as copy:
        there = copy.there(package / "data.py")
        assert there.read_text() == "new"
        assert (there.parent / "other.py").read_text() == "other"
        assert (there.parent.parent / "photos" / "1.jpg").read_text() == "photo"
        assert not (there.parent / "__pycache__").exists()
        assert copy.back(str(there)) == str(package / "data.py")
        (there.parent / "__pycache__").mkdir()

    assert not there.exists()
    assert (package / "data.py").read_text() == "old"
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        *("1.jpg", "__pycache__", "data.py", "other.py", "package", "photos"),
    ]
    assert list((package / "__pycache__").iterdir()) == []


def test_a_target_leads_to_the_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its path, or by the folder that its module is imported from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.py").write_text("old")

    with shadow({tmp_path / "data.py": b"new"}) as copy:
        by_path = copy.variant(VariantSpec(target="data.py:gen(3)", launch="", name=""))
        by_name = copy.variant(VariantSpec(target="data:gen", launch="", name=""))

        assert Path(by_path.launch.removesuffix(":gen(3)")).read_text() == "new"
        assert by_name.launch == "data:gen"
        assert (Path(by_name.import_from[0]) / "data.py").read_text() == "new"
