"""What a line calls is found in its file, and in files that it imports from."""

from pathlib import Path

from genaudit.fix.callees import called_from
from tests.real_run import Scratch


def places(scratch: Scratch, line: str) -> list[tuple[str, int]]:
    """Of the line of ``main.py`` that has a text."""
    path = scratch.folder / "main.py"
    text = path.read_text()
    number = next(at for at, each in enumerate(text.split("\n"), 1) if line in each)
    found = called_from(text, number, path, scratch.folder)
    return [(str(where.relative_to(scratch.folder.resolve())), at) for where, at in found]


def test_functions_and_methods_of_the_file(tmp_path: Path) -> None:
    """With decorators of what is called; what is only named is not called."""
    scratch = Scratch(tmp_path)
    scratch.write(
        "main.py",
        """
        def load_all(paths):
            return [load(path) for path in paths]

        def early(function):
            return function

        @early
        def one(path):
            pass

        class Loader:
            def __init__(self, paths):
                self.images = load_all(paths)  # calls
                self.fill()  # method
                self.other = load_all  # names

            def fill(self):
                self.more = 1

        x = one(3)  # decorated
        for x in load_all(y):  # head
            one(x)
        """,
    )

    assert places(scratch, "# calls") == [("main.py", 3)]
    assert places(scratch, "# method") == [("main.py", 19)]
    assert places(scratch, "# names") == []
    assert places(scratch, "# decorated") == [("main.py", 10), ("main.py", 6)]
    assert places(scratch, "# head") == [("main.py", 3)]


def test_functions_of_other_files(tmp_path: Path) -> None:
    """By any way to import them; modules that are not the user's are not looked for."""
    scratch = Scratch(tmp_path)
    scratch.write("shop/__init__.py", "")
    scratch.write("shop/read.py", "def load_all(paths):\n    return [open(path) for path in paths]\n")
    scratch.write(
        "main.py",
        """
        import json
        import shop.read
        from shop import read
        from shop.read import load_all as everything

        a = shop.read.load_all(paths)
        b = read.load_all(paths)
        c = everything(paths)
        d = json.load(file)
        e = read.nothing(paths)
        """,
    )

    for name in "abc":
        assert places(scratch, f"{name} = ") == [("shop/read.py", 2)]
    assert places(scratch, "d = ") == places(scratch, "e = ") == []
