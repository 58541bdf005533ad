"""The notebook or the prompt that this process is: the cells that were run in it, and its values."""

import linecache
import sys
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from genaudit.cells.statements import Cell
from genaudit.lint.files.source import without_magics

_PROMPT = "<python-input-"


class Live(NamedTuple):
    """What was run so far, and what there is now."""

    cells: list[Cell]
    namespace: dict[str, Any]
    label: str
    """Of the cell that runs now."""

    def name_of(self, value: object) -> str | None:
        """The name that leads to a value."""
        first = getattr(value, "__name__", None)
        if isinstance(first, str) and self.namespace.get(first) is value:
            return first
        names = (name for name, held in list(self.namespace.items()) if held is value and name.isidentifier())
        return next((name for name in names if name.strip("_") and not name.startswith("_i")), None)


def live() -> Live | None:
    """The notebook, or the prompt of IPython or of Python 3.13, that this process is; ``None`` in all others."""
    shell = _shell()
    if shell is not None:
        texts = list(shell.history_manager.input_hist_raw)
        cells = [_cell(number, text) for number, text in enumerate(texts) if number]
        return Live(cells, shell.user_ns, _label(len(texts) - 1))
    main = sys.modules.get("__main__")
    numbers = sorted(int(name[len(_PROMPT) : -1]) for name in linecache.cache if name.startswith(_PROMPT))
    if main is None or not numbers:
        return None
    texts = ["".join(linecache.getlines(f"{_PROMPT}{number}>")) for number in numbers]
    cells = [Cell(f"input {number}", text) for number, text in zip(numbers, texts, strict=True)]
    return Live(cells, vars(main), cells[-1].label)


def _shell() -> Any:
    module = sys.modules.get("IPython")
    return module.get_ipython() if module is not None else None


def _label(number: int) -> str:
    return f"In [{number}]"


def _cell(number: int, text: str) -> Cell:
    return Cell(_label(number), without_magics(text))


def expression_in(notebook: Live, target: object) -> str | None:
    """The expression that leads to a target which a notebook has made; ``None`` where another module has it.

    Example:
        >>> def batches(): yield 1
        >>> batches.__module__ = "__main__"
        >>> expression_in(Live([], {"batches": batches, "same": batches}, "In [2]"), batches)
        'batches'
    """
    if isinstance(target, MethodType):
        owner = expression_in(notebook, target.__self__)
        return None if owner is None else f"{owner}.{target.__name__}"
    qualname = getattr(target, "__qualname__", "")
    if isinstance(target, FunctionType | type):
        if target.__module__ != "__main__" or "<locals>" in qualname:
            return None
        first, _, rest = qualname.partition(".")
        value = notebook.namespace.get(first)
        for name in rest.split(".") if rest else []:
            value = getattr(value, name, None)
        return qualname if value is target and "<" not in qualname else notebook.name_of(target)
    return notebook.name_of(target)
