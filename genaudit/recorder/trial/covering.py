"""Secrets covered where they enter a recording, once: all that is made from it is free of them."""

import os
from collections.abc import Iterable
from typing import Any

import msgspec

from genaudit.masking import (
    MASK,
    is_secret_name,
    known_secrets,
    mask,
    mask_in_place,
    mask_plain,
    shorten,
    starred,
    without_known,
)
from genaudit.model.marks import ArgumentsMark, RaisedMark, RetentionMark
from genaudit.model.recording import Request, Trial, TrialExit

LONGEST = 20_000
"""Characters of a text that is kept."""


class Covering:
    """What must not be seen of one target.

    Args:
        steps: How the target is reached; literals in its calls may be secrets.
        values: Name and value of all else that it is called with.
    """

    def __init__(self, steps: Iterable[list[Any]], values: Iterable[tuple[str, object]]) -> None:
        calls = [step for step in steps if step[0] == "call"]
        self._positional: list[Any] = list(calls[-1][1]) if calls else []
        self._values = [*values, *((name, value) for call in calls for name, value in call[2].items())]
        self._known = self._look()

    def _look(self) -> list[str]:
        return known_secrets(self._values, os.environ)

    def text(self, text: str) -> str:
        """A text that can be kept."""
        return mask(without_known(shorten(text, LONGEST), self._known)) if text else text

    def source(self, text: str) -> str:
        """Source text in which every line and every letter has the place that it had."""
        return mask_in_place(without_known(text, self._known, starred))

    def request(self, request: Request) -> Request:
        """What was asked for."""
        words = [
            self._word(before, word) for before, word in zip(["", *request.command], request.command, strict=False)
        ]
        return msgspec.structs.replace(request, target=self.text(request.target), command=words)

    def _word(self, before: str, word: str) -> str:
        return MASK if before.startswith("--") and is_secret_name(before[2:]) else self.text(word)

    def trial(self, trial: Trial) -> Trial:
        """A trial; from its arguments is learned what the values in the target's text are called."""
        if trial.arguments is not None and self._positional:
            self._values += zip(trial.arguments.arguments, self._positional, strict=False)
            self._positional = []
            self._known = self._look()
        return msgspec.structs.replace(
            trial,
            exit=self._exit(trial.exit),
            arguments=trial.arguments and self._arguments(trial.arguments),
            raised=trial.raised and self._raised(trial.raised),
            retention=[self._retention(mark) for mark in trial.retention],
        )

    def _retention(self, mark: RetentionMark) -> RetentionMark:
        """A walk: the name of an entry is a key of the user's data."""
        return msgspec.structs.replace(
            mark, nodes=[msgspec.structs.replace(node, name=self.text(node.name)) for node in mark.nodes]
        )

    def _exit(self, end: TrialExit) -> TrialExit:
        return msgspec.structs.replace(
            end,
            stderr_tail=self.text(end.stderr_tail),
            stdout_tail=self.text(end.stdout_tail),
            detail=self.text(end.detail),
        )

    def _arguments(self, mark: ArgumentsMark) -> ArgumentsMark:
        return msgspec.structs.replace(
            mark,
            arguments=mask_plain(mark.arguments, self.text),
            filled=mask_plain(mark.filled, self.text),
            signature=mark.signature and self.text(mark.signature),
        )

    def _raised(self, mark: RaisedMark) -> RaisedMark:
        return msgspec.structs.replace(
            mark,
            type=self.text(mark.type),
            message=self.text(mark.message),
            traceback=self.text(mark.traceback),
            hint=self.text(mark.hint),
        )
