"""What a comparison is asked for."""

from typing import Any

import msgspec

from genaudit.model.recording import Request


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for besides the targets."""

    request: Request
    """Of each audit; its target is filled in."""
    arguments: list[str] = []
    """``NAME=VALUE`` for all variants, ``VARIANT:NAME=VALUE`` for one."""
    values: dict[str, Any] = {}
    own_values: dict[Any, dict[str, Any]] = {}
    configured: list[dict[str, Any]] = []
    """Arguments that the configuration gives to each target, in their order; may be empty."""
    args_from: str | None = None
    dataset: str | None = None
    driver: str | None = None
    memory_limit: int | str | None = None
    against: str | None = None
    check_batches: bool = False
    unordered: bool = False
    strict: bool = False
