"""Fields become what a parameter that takes a configuration expects: a data class, a namespace, a mapping."""

from __future__ import annotations

import sys

from genaudit.recorder.child.call.signature import MISSING, Parameter, signature_of
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed, near
from genaudit.recorder.child.guard.static_inspect import class_attribute, inherits, member_of, module_of
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAPPINGS = ("Mapping", "MutableMapping")
_SCALARS = (str, bytes, int, float, bool, list, tuple, set)


class Config(dict):  # type: ignore[type-arg]
    """A dictionary whose entries are attributes too, as code for OmegaConf and its like reads them."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"the configuration has no {name!r}: it has {listed(self)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def shaped(fields: dict[str, Any], parameter: Parameter | None, function: Any, name: str, kind: str) -> Any:
    """The fields as what a parameter takes.

    Args:
        fields: By name.
        parameter: Its annotation decides: a data class, a namespace, a dictionary, a configuration of a library.
        function: Whose parameter it is.
        name: Of the parameter, for messages.
        kind: How they were given, which decides where there is no annotation: ``ns`` as a namespace, ``yaml`` as a
            configuration, others as they are.
    """
    wanted = _wanted_type(parameter, function)
    if wanted is None:
        unsaid = {"ns": namespace_of, "yaml": _as_config}.get(kind)
        return fields if unsaid is None else unsaid(fields)
    if wanted is dict or wanted.__name__ in _MAPPINGS or wanted in _SCALARS:
        return fields
    return _made(wanted, fields, name)


def namespace_of(fields: dict[str, Any]) -> Any:
    """The fields as ``argparse`` gives them; those in them likewise."""
    with OwnImports():
        import argparse
    inner = {name: namespace_of(value) if type(value) is dict else value for name, value in fields.items()}
    return argparse.Namespace(**inner)


@calls_target
def _made(wanted: Any, fields: dict[str, Any], name: str) -> Any:
    """An object of the type that is wanted, of the fields."""
    namespace = member_of("argparse", "Namespace")
    if namespace is not None and inherits(wanted, namespace):
        made = namespace_of(fields)
        return made if wanted is namespace else _called(wanted, vars(made), name)
    root = module_of(wanted).partition(".")[0]
    if root == "omegaconf":
        return _omega(fields)
    if root == "ml_collections":
        return wanted(fields)
    hints = _field_types(wanted)
    return _called(wanted, {key: _field(value, hints.get(key), f"{name}.{key}") for key, value in fields.items()}, name)


@calls_target
def _called(wanted: Any, fields: dict[str, Any], name: str) -> Any:
    """A class called with its fields by name, or with all of them where it takes a dictionary."""
    signature = signature_of(wanted)
    if inherits(wanted, dict) or (len(signature.named) == 1 and not set(fields) & set(signature.named)):
        return wanted(fields)
    unknown = [field for field in fields if field not in signature.named]
    if unknown and not signature.var_keyword:
        close = near(unknown[0], signature.named)
        raise Refusal(
            f"--arg {name}: {signature.name} has no field {unknown[0]!r}\n  {signature}",
            slug="unknown-field",
            hint=f"did you mean {' or '.join(close)}?" if close else f"it has {listed(signature.named)}",
            exit_code=USAGE,
        )
    missing = [one.name for one in signature.named.values() if one.default is MISSING and one.name not in fields]
    if missing:
        raise Refusal(
            f"--arg {name}: {signature.name} needs {listed(missing)}\n  {signature}",
            slug="missing-fields",
            hint=f"give them: --arg {name}=ns:{','.join(f'{one}=…' for one in [*fields, *missing][:6])}, or a file",
            exit_code=USAGE,
        )
    return wanted(**fields)


def _field(value: Any, wanted: Any, name: str) -> Any:
    """The value of a field, as its own annotation has it: a path, a tuple, or fields again."""
    kind = _class_in(wanted)
    if kind is None or inherits(type(value), kind):
        return value
    if type(value) is dict:
        return _made(kind, value, name) if not inherits(kind, dict) else value
    if type(value) is list and kind is tuple:
        return tuple(value)
    is_path = type(value) is str and (module_of(kind).partition(".")[0] == "pathlib" or kind.__name__ == "PathLike")
    if is_path:
        with OwnImports():
            import pathlib
        return kind(value) if kind.__name__ != "PathLike" else pathlib.Path(value)
    return value


@calls_target
def _as_config(fields: dict[str, Any]) -> Any:
    """The fields as the configuration of a library that the target uses, else as one that reads like it."""
    if "omegaconf" in sys.modules:
        return _omega(fields)
    return Config({name: _as_config(value) if type(value) is dict else value for name, value in fields.items()})


@calls_target
def _omega(fields: dict[str, Any]) -> Any:
    import importlib

    return importlib.import_module("omegaconf").OmegaConf.create(fields)


def _wanted_type(parameter: Parameter | None, function: Any) -> Any:
    """The class in an annotation; ``None`` where there is none, or it cannot be told."""
    if parameter is None or parameter.declared is MISSING:
        return None
    return _class_in(_evaluated(parameter.declared, function))


@calls_target
def _evaluated(declared: Any, function: Any) -> Any:
    """An annotation; one that is a text in the terms of the module where it was written."""
    if type(declared) is not str:
        return declared
    owner = getattr(function, "__wrapped__", function)
    names = getattr(owner, "__globals__", None) or vars(sys.modules.get(getattr(owner, "__module__", ""), sys))
    try:
        # It is the target's own code, as much as all that is imported from there.
        value = eval(declared, dict(names))  # noqa: S307 # nosec B307
    except Exception:
        return None
    # With annotations that are texts, a quoted one is a text in a text.
    return _evaluated(value, function) if type(value) is str and value != declared else value


def _class_in(declared: Any) -> Any:
    """The one class of an annotation: of ``Config | None`` it is ``Config``, of ``dict[str, int]`` it is ``dict``."""
    with OwnImports():
        import typing
    origin = typing.get_origin(declared)
    if origin is None:
        unsaid = declared is type(None) or declared is object or declared is typing.Any
        return declared if isinstance(declared, type) and not unsaid else None
    if isinstance(origin, type) and origin not in {_union_type(), _annotated()}:
        return origin
    classes = [kind for kind in map(_class_in, typing.get_args(declared)) if kind is not None]
    return classes[0] if classes else None


def _union_type() -> Any:
    return type(int | str)


def _annotated() -> Any:
    # A class before Python 3.13.
    return member_of("typing", "Annotated")


@calls_target
def _field_types(kind: Any) -> dict[str, Any]:
    """The annotations of a class by field."""
    with OwnImports():
        import typing
    if class_attribute(kind, "__annotations__") is MISSING and not signature_of(kind).named:
        return {}
    try:
        return typing.get_type_hints(kind)
    except Exception:
        return {}
