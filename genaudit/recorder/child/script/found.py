"""What a script hands to a consumer, and where."""

from __future__ import annotations

import sys

from genaudit.recorder.child.call.location import place_of, project_root
from genaudit.recorder.child.guard.describe import type_text
from genaudit.recorder.child.guard.static_inspect import attributes_of, has, is_native, name_of
from genaudit.recorder.child.retention.edges import OPTIMIZED, is_installed, is_users

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType, GeneratorType
    from typing import Any
else:
    from genaudit.recorder.child.guard.static_inspect import GeneratorType

_MOST_FRAMES = 200
_OF_A_LOADER = {"__iter__", "__next__"}
"""Methods of a loader of the user's, which its loop has called."""
_AUTOGRAPH = "__autograph_generated_file"
"""Functions that TensorFlow has written anew."""
_UNTOLD = {"self", "_", "__class__"}
_DATA: tuple[Any, ...] = (str, bytes, int, float, dict)


class Found:
    """A source that was handed over.

    Args:
        value: The object.
        consumer: Who takes it: ``Model.fit``.
        role: What it is there, where the consumer takes several: ``validation_data``.
        steps: Batches of an epoch, where the consumer was told.
    """

    def __init__(self, value: Any, consumer: str, role: str = "", steps: int | None = None) -> None:
        self.value = value
        self.consumer = consumer
        self.role = role
        self.steps = steps
        self.kept_by = ""
        """The call that goes over it and keeps all that it gives: ``cycle``."""
        self.loop: int | None = None
        """The line that hands it over, where the frame is at another."""
        self.keeps = 0
        """Batches that the consumer keeps for as long as it runs."""
        self.told: dict[str, Any] = {}
        """Of workers and their queue, by the names of the consumer's parameters."""
        self.arrays: dict[str, Any] = {}
        """All that it was given, where that is data as a whole and no source of batches."""
        self.batch_size: int | None = None
        self.number = 0
        self.name = ""
        self.frame: FrameType | None = None
        self.path = ""
        self.line = 0
        self.function = ""
        self.others: list[Found] = []
        """What else was handed over by then."""
        self.dataset: dict[str, Any] = {}
        """What is known of the data set that the script was given."""
        self.script = ""
        """Absolute name of the file that runs."""

    def place(self, frame: FrameType | None) -> None:
        """Find the user's line that hands it over, and the name that it has there."""
        self.frame = frame
        if frame is not None:
            self.path, self.line = frame.f_code.co_filename, self.loop or frame.f_lineno
            self.function = frame.f_code.co_name
            self.name = _name_of(frame, self.value) or _own_name(self.value)
            if self.kept_by:
                self.name = f"{self.kept_by}({self.name or type_text(self.value)})"

    def is_as(self, other: Found) -> bool:
        """Whether it is what was handed over before, or its like: an epoch later, on the same line."""
        same_place = (self.path, self.line, self.consumer, self.role) == (
            other.path,
            other.line,
            other.consumer,
            other.role,
        )
        if type(self.value) is GeneratorType and type(other.value) is GeneratorType:
            # It runs once, and is made anew; two on one line are of two functions.
            return same_place and self.value.gi_code is other.value.gi_code
        return same_place and self.value is other.value

    @property
    def is_of_keras(self) -> bool:
        """Whether it is handed to a model, which takes batches: each with its items along the first axis."""
        return self.consumer.startswith("Model.")

    @property
    def driven(self) -> Any:
        """What an epoch runs over."""
        return self.arrays or self.value

    @property
    def words(self) -> set[str]:
        """What it may be asked for by."""
        return {word for word in (str(self.number), self.name, self.role, self.consumer) if word}

    def mark(self) -> dict[str, Any]:
        """The fields of a ``handed`` mark."""
        return {
            "number": self.number,
            "name": self.name,
            "type": type_text(self.value),
            "consumer": self.consumer,
            "role": self.role,
            "keeps": self.keeps,
            "steps": self.steps,
            "path": self.path,
            "line": self.line,
            "function": self.function,
        }

    @property
    def label(self) -> str:
        """What it is called in a report."""
        return self.name or self.role or type_text(self.value)

    @property
    def label_of_part(self) -> str:
        """The same with the one that takes it."""
        return f"{self.label} ({self.role or self.consumer})"

    def facts(self) -> dict[str, Any]:
        """The fields of an ``arguments`` mark."""
        script = self.script
        path, line, function = _defined(self.value) or (self.path or script, self.line or None, None)
        return {
            "kind": "script",
            "path": path,
            "line": line,
            "function": function,
            "signature": None,
            "arguments": {},
            "filled": {},
            "dataset_parameter": None,
            "dataset_kind": None,
            "dataset_items": None,
            "items": None,
            "file_bytes_per_item": None,
            "looks_like_images": False,
            "along": [],
            "lengths": {},
            "project_root": project_root(script),
            **self.dataset,
        }


def is_in_memory(value: Any, *, lists: bool = True) -> bool:
    """Whether it is data as a whole, and no source of batches.

    Args:
        lists: Whether a list or a tuple of data is data, as Keras takes it; a loop goes over what is in it.
    """
    kind = type(value)
    if issubclass(kind, _DATA) or has(value, "iloc") or (has(value, "shape", "dtype") and not has(value, "__next__")):
        return True
    if not lists or not issubclass(kind, (list, tuple)):
        return False
    parts = list(value)[:2]
    return bool(parts) and all(has(part, "shape") or issubclass(type(part), _DATA) for part in parts)


def users_frame() -> FrameType | None:
    """The innermost frame of the script, or of another file of the user's, in this thread."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(_MOST_FRAMES):
        if frame is None or _is_of_a_script(frame.f_code):
            return frame
        frame = frame.f_back
    return None


def _is_of_a_script(code: CodeType) -> bool:
    """Whether code is the user's own, and no loader's own part of a loop."""
    return is_users(code) and _AUTOGRAPH not in code.co_filename and code.co_name not in _OF_A_LOADER


def _name_of(frame: FrameType | None, value: Any) -> str:
    """What the user calls it: in the script itself, rather than in a function that was given it."""
    found = ""
    for _ in range(_MOST_FRAMES):
        if frame is None:
            break
        if not is_installed(frame.f_code.co_filename):
            found = _variable_of(frame, value) or found
        frame = frame.f_back
    return found


def variable(frame: FrameType, name: str) -> Any:
    """The value of a variable where a frame is; ``None`` without one."""
    names = frame.f_locals
    value = names.get(name, frame.f_globals.get(name))
    if frame.f_code.co_flags & OPTIMIZED and type(names) is dict:
        # Of a function it is a copy, which the frame would keep with all that is in it.
        names.clear()
    return value


def _variable_of(frame: FrameType, value: Any) -> str:
    names = frame.f_locals
    named = (name for name, held in names.items() if held is value and name.isidentifier() and name not in _UNTOLD)
    found = next(named, "")
    if frame.f_code.co_flags & OPTIMIZED and type(names) is dict:
        # Of a function it is a copy, which the frame would keep with all that is in it.
        names.clear()
    return found


def _own_name(value: Any) -> str:
    """The function that a generator is of."""
    return str(value.gi_code.co_name) if type(value) is GeneratorType else ""


def _defined(value: Any) -> tuple[str, int | None, str] | None:
    """Where a source is defined, and as what: its function or its class, where that is the user's."""
    each: Any
    for each in (value, attributes_of(value).get("dataset")):
        kind: Any = type(each)
        if kind is GeneratorType:
            code = each.gi_code
            if not is_installed(code.co_filename):
                return code.co_filename, code.co_firstlineno, code.co_name
        elif not is_native(kind):
            path, line = place_of(kind)
            if path is not None and not is_installed(path):
                return path, line, name_of(kind)
    return None
