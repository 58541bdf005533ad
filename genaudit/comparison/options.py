"""What a comparison is asked for."""

from typing import Any

import msgspec

from genaudit.model.job import Job


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for besides the targets."""

    job: Job
    """Of each audit; its target is filled in. Its arguments are ``NAME=VALUE`` for all variants,
    ``VARIANT:NAME=VALUE`` for one."""
    variant_values: dict[Any, dict[str, Any]] = {}
    """Plain values for one variant, by its name or its position."""
    configured: list[dict[str, Any]] = []
    """Arguments that the configuration gives to each target, in their order; may be empty."""
    against: str | None = None
    check_batches: bool = False
    unordered: bool = False
    strict: bool = False
