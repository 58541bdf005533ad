"""Where genaudit's child calls the user's code: what is raised from there is the user's, and from elsewhere its own."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

CODES: set[CodeType] = set()


def calls_target(function: Function) -> Function:
    """Mark a function that calls code of the user's, or of a library on the user's objects."""
    CODES.add(function.__code__)
    return function
