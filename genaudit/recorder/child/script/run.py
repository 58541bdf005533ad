"""Runs a script as ``__main__`` until it hands over the source that is to be audited."""

from __future__ import annotations

import os
import sys
from _thread import allocate_lock, get_ident

from genaudit.recorder.child.call.cells import surroundings
from genaudit.recorder.child.guard.own_imports import OwnImports, give_way
from genaudit.recorder.child.guard.refusal import USAGE, Refusal
from genaudit.recorder.child.guard.user_calls import calls_target
from genaudit.recorder.child.script import ending, loops
from genaudit.recorder.child.script.consumers import Consumers
from genaudit.recorder.child.script.found import Found, users_frame, variable
from genaudit.recorder.child.script.words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType
    from typing import Any

    from genaudit.recorder.child.channel.marks import Marks

STEPS_LET_BY = 3
"""A script may try its model on made-up data before it comes to its source."""


class ScriptRun:
    """One run of a script.

    Args:
        spec: As the child gets it; ``genaudit.recorder.script`` writes what the target has of it.
        marks: Gets a mark of each source that is handed over.
        drive: Drives one, and ends the process.
        refuse: Ends the process because the script cannot be audited.
    """

    def __init__(
        self,
        spec: dict[str, Any],
        marks: Marks,
        drive: Callable[[Found], None],
        refuse: Callable[[Refusal], None],
    ) -> None:
        self._script: dict[str, Any] = spec["target"]["script"]
        self._words = Words(self._script["arguments"], spec)
        self._marks = marks
        self._drive = drive
        self._refuse = refuse
        self._handing = allocate_lock()
        self._thread = get_ident()
        self.handed: list[Found] = []
        self._steps = 0
        self.cell = 0
        """The code cell of a notebook that runs, from 1."""
        self._consumers = Consumers(self._take, self._stepped)

    @property
    def lists(self) -> bool:
        """Whether the sources are only to be told."""
        return bool(self._script["lists"])

    def prepare(self) -> None:
        """Make the process one that the script can run in."""
        self._surround()
        self._consumers.install()

    def run(self) -> None:
        """Run it to where its source is handed over, or to its end.

        Raises:
            Refusal: It ended, and nothing was handed over that could be audited.
        """
        ended: SystemExit | None = None
        try:
            self._execute()
        except SystemExit as end:
            ended = end
        except EOFError as error:
            raise ending.asked_for_input(self._what, error) or error from None
        ending.wait_for_threads()
        # If a thread that is no part of the script's end drives a source, it ends the process.
        self._handing.acquire()
        if not (self.lists and self.handed):
            raise ending.without_source(self._what, ended, self.handed, self._script["source"])

    # What is handed over.

    def _take(self, found: list[Found]) -> None:
        """A consumer was given some sources; drive the one that is wanted, if it is among them."""
        with self._handing:
            frame = users_frame()
            for each in found:
                if not each.path:
                    each.place(frame)
                before = next((other for other in self.handed if each.is_as(other)), None)
                each.number = before.number if before is not None else len(self.handed) + 1
                if before is not None:
                    continue
                self.handed.append(each)
                self._marks.write("handed", **each.mark())
            del frame
            chosen = None if self.lists else self._chosen(found)
            if chosen is not None:
                refusal = ending.no_source_itself(chosen)
                if refusal is not None:
                    self._refuse(refusal)
                chosen.script = self._script["file"]
                chosen.dataset = self._words.facts
                chosen.others = [each for each in self.handed if each is not chosen]
                self._drive(chosen)

    def _chosen(self, found: list[Found]) -> Found | None:
        wanted = self._script["source"]
        if wanted is None:
            return found[0]
        return next((each for each in found if wanted in each.words), None)

    def _stepped(self, call: str, feeding: Found | None) -> None:
        """The script makes a training step by itself: it has a loop that nobody was told of.

        Args:
            call: The step.
            feeding: A loader that a generator of the user's goes over: the source, where nothing else may be it.
        """
        if self.handed and not self.lists:
            # It is on its way to another source.
            return
        source = self._in_its_loop()
        self._steps += 1
        if source is not None:
            found = Found(source, f"a loop of its own, up to {call}")
            found.loop = self._line_of_loop()
            self._take([found])
        elif feeding is not None:
            self._take([feeding])
        elif not self.lists and self._steps > STEPS_LET_BY:
            self._refuse(ending.in_a_bare_loop(call, users_frame()))

    @staticmethod
    def _line_of_loop() -> int | None:
        """Where the loop begins that makes a step."""
        frame = users_frame()
        loop = loops.loop_around(frame.f_code.co_filename, frame.f_lineno) if frame is not None else None
        return None if loop is None else int(loop.lineno)

    @staticmethod
    def _in_its_loop() -> Any:
        """What the loop that makes a step runs over, if there is no doubt."""
        running = loops.running_generators()
        if len(running) == 1:
            return running[0]
        frame = users_frame()
        if frame is None:
            return None
        return loops.run_over(frame.f_code.co_filename, frame.f_lineno, lambda name: variable(frame, name))

    # The script.

    @property
    def _what(self) -> str:
        return str(self._script["text"])

    def _surround(self) -> None:
        script = self._script
        first, folder = script["file"], os.path.dirname(script["file"])
        if script["kind"] == "module":
            folder = os.getcwd()
        elif script["kind"] == "notebook":
            # As a notebook's own server does.
            os.chdir(folder)
        sys.argv[:] = [script["typed"] if script["kind"] == "file" else first, *self._words.arguments]
        # A module of another tree is looked for there first.
        others = list(script.get("import_from") or [])
        folders = [*others, folder] if script["kind"] == "module" else [folder, *others]
        sys.path[:] = folders + [entry for entry in sys.path if entry not in {*folders, ""}]
        give_way()

    @calls_target
    def _execute(self) -> None:
        main = self._main()
        if self._script["kind"] == "module":
            # Running it is what is asked for.
            exec(self._code_of_module(main), vars(main))  # noqa: S102 # nosec B102
        elif self._script["kind"] == "notebook":
            self._cells(main)
        else:
            main.__loader__ = _loader(self._script["file"])
            with open(self._script["file"], "rb") as file:
                text = file.read()
            exec(self._compiled(text), vars(main))  # noqa: S102 # nosec B102

    def _compiled(self, text: bytes | str) -> Any:
        return compile(text, self._script["file"], "exec", dont_inherit=True)

    def _main(self) -> ModuleType:
        """The module that the script is: multiprocessing's other start methods look for its file."""
        main = type(sys)("__main__")
        main.__dict__.update(
            __file__=self._script["file"], __builtins__=__import__("builtins"), __annotations__={}, __spec__=None
        )
        sys.modules["__main__"] = main
        return main

    def _code_of_module(self, main: ModuleType) -> CodeType:
        name = self._script["module"]
        with OwnImports():
            import importlib.util
        spec = _spec_of(importlib.util.find_spec, name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = _spec_of(importlib.util.find_spec, f"{name}.__main__")
        code = spec.loader.get_code(spec.name) if spec is not None and spec.loader is not None else None
        if code is None:
            raise Refusal(
                f"-m {name}: there is no such module, or it cannot be run",
                slug="module-not-found",
                hint=f"looked in {os.getcwd()} and in the installed packages",
                exit_code=USAGE,
            )
        self._script["file"] = sys.argv[0] = spec.origin
        main.__dict__.update(__file__=spec.origin, __spec__=spec, __package__=spec.parent, __loader__=spec.loader)
        return code  # type: ignore[no-any-return]

    @calls_target
    def _cells(self, main: ModuleType) -> None:
        """The code cells in their order; lines are counted through all of them."""
        main.__dict__.update(surroundings())
        first = 0
        for number, text in enumerate(self._script["cells"], 1):
            self.cell = number
            exec(self._compiled("\n" * first + text), vars(main))  # noqa: S102 # nosec B102
            first += text.count("\n")


@calls_target
def _spec_of(find: Any, name: str) -> Any:
    try:
        return find(name)
    except ModuleNotFoundError as error:
        if not name.startswith(error.name or "?"):
            raise
        return None


def _loader(path: str) -> Any:
    with OwnImports():
        import importlib.machinery
    return importlib.machinery.SourceFileLoader("__main__", path)
