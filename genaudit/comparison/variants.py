"""What is compared: the targets, what each is called, and which arguments are whose."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from genaudit.errors import UsageError
from genaudit.masking import mask
from genaudit.recorder.script import is_script
from genaudit.recorder.target import TargetSpec, parse_target


class VariantSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A variant as it is asked for, before it has been run."""

    target: str
    """As the user wrote it."""
    name: str
    launch: str
    """The target as its process is to find it: with the path of another tree where it lives in one."""
    arguments: list[str] = []
    """``NAME=VALUE``, those for all variants and its own."""
    values: dict[str, Any] = {}
    configured: dict[str, Any] = {}
    """Arguments of the configuration, which everything else wins over."""
    revision: str | None = None
    commit: str | None = None
    import_from: list[str] = []
    tree: str | None = None
    """The folder of another revision, which its code must come from."""
    root: str | None = None
    """Locations are shown relative to this folder, where it is not the current directory."""


def variant_specs(
    targets: Sequence[str], arguments: Sequence[str], values: dict[str, Any], own_values: dict[Any, dict[str, Any]]
) -> list[VariantSpec]:
    """The variants that targets and arguments name.

    Args:
        targets: As the user wrote them, two at least.
        arguments: ``NAME=VALUE`` for all variants, ``VARIANT:NAME=VALUE`` for one.
        values: Plain values for all variants.
        own_values: Plain values by variant.

    Raises:
        UsageError: Fewer than two targets, one that cannot be read, or an argument for a variant that is not there.
    """
    if len(targets) < 2:
        raise UsageError(
            "compare needs two variants",
            slug="one-variant",
            hint="name another target, or --against REV to compare with another git revision",
        )
    for target in targets:
        if is_script(target):
            raise UsageError(
                f"compare takes generators, and {target} is a script",
                slug="script-compared",
                hint=f"name what makes its batches: {target.partition(' ')[0]}:FUNCTION; or audit each script by "
                f"itself: genaudit run {target}",
            )
    specs = [parse_target(target) for target in targets]
    handles = [_handles(spec, at) for at, spec in enumerate(specs)]
    own: list[list[str]] = [[] for _ in targets]
    for text in arguments:
        for at, argument in _owners(text, handles):
            own[at].append(argument)
    by_variant: list[dict[str, Any]] = [dict(values) for _ in targets]
    for handle, more in own_values.items():
        by_variant[_position(str(handle), handles)].update(more)
    return [
        VariantSpec(target=spec.text, launch=spec.text, name=name, arguments=given, values=plain)
        for spec, name, given, plain in zip(specs, names(specs), own, by_variant, strict=True)
    ]


def names(specs: Sequence[TargetSpec]) -> list[str]:
    """Short names that tell the variants apart.

    Example:
        >>> names([parse_target("data:eager"), parse_target("data:lazy(8)")])
        ['eager', 'lazy']
        >>> names([parse_target("data:lazy(4)"), parse_target("data:lazy(8)")])
        ['lazy(4)', 'lazy(8)']
    """
    ways: list[Callable[[TargetSpec], str]] = [
        lambda spec: spec.qualname,
        lambda spec: _behind_colon(spec.text),
        lambda spec: f"{_home(spec)}:{spec.qualname}",
        lambda spec: spec.text,
    ]
    for way in ways:
        texts = [mask(way(spec)) for spec in specs]
        if len(set(texts)) == len(texts):
            return texts
    return [f"{mask(spec.text)} #{at}" for at, spec in enumerate(specs, 1)]


def _handles(spec: TargetSpec, at: int) -> set[str]:
    """Every text that a variant may be called by in ``--arg``."""
    last = spec.qualname.rpartition(".")[2]
    return {str(at + 1), spec.text, spec.qualname, last, _home(spec), _behind_colon(spec.text)}


def _owners(text: str, handles: list[set[str]]) -> list[tuple[int, str]]:
    """The variants that an argument is for, and the argument without their name."""
    longest_first = sorted({handle for of_variant in handles for handle in of_variant}, key=len, reverse=True)
    handle = next((handle for handle in longest_first if text.startswith(f"{handle}:")), None)
    if handle is not None:
        return [(_position(handle, handles), text[len(handle) + 1 :])]
    name, equals, _ = text.partition("=")
    if equals and ":" in name:
        _position(name.rpartition(":")[0], handles)
    return [(at, text) for at in range(len(handles))]


def _position(handle: str, handles: list[set[str]]) -> int:
    positions = [at for at, of_variant in enumerate(handles) if handle in of_variant]
    if len(positions) == 1:
        return positions[0]
    what = "is the name of several variants" if positions else "is none of the variants"
    raise UsageError(
        f"--arg {handle}:…: {handle!r} {what}",
        slug="unknown-variant",
        hint=f"say which by its position: --arg {positions[0] + 1 if positions else 1}:NAME=VALUE",
    )


def _home(spec: TargetSpec) -> str:
    return spec.module or Path(spec.file or "").stem


def _behind_colon(text: str) -> str:
    head, _, call = text.partition("(")
    rest = head.rpartition(":")[2]
    return f"{rest}({call}" if call else rest
