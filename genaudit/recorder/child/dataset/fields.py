"""Fields of the configurations among the arguments, by dotted names, and copies with other values in them.

Only what dictionaries, namespaces and data classes store is read; nothing of the user's is called for it.
"""

from __future__ import annotations

import sys

from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.static_inspect import (
    MISSING,
    attributes_of,
    class_attribute,
    inherits,
    library_class,
    member_of,
    module_of,
    reader,
    slots_of,
)
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_FIELDS = 200
"""A larger dictionary is data."""
_DEEPEST = 4
_SimpleNamespace = type(sys.implementation)


def fields_in(values: dict[str, Any]) -> dict[str, Any]:
    """All fields below some values, by their names with dots: ``args.root``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        _add(found, name, value, _DEEPEST)
    return found


def _add(found: dict[str, Any], name: str, value: Any, deepest: int) -> None:
    for key, inner in _fields_of(value).items():
        found[f"{name}.{key}"] = inner
        if deepest:
            _add(found, f"{name}.{key}", inner, deepest - 1)


def with_field(value: Any, path: str, new: Any) -> Any:
    """A copy of a configuration with another value in one place.

    Args:
        value: A configuration.
        path: The place, with dots.
        new: What comes there.
    """
    if _is_omega(value):
        return _omega_with(value, path, new)
    name, _, rest = path.partition(".")
    return _copied(value, name, with_field(_fields_of(value)[name], rest, new) if rest else new)


def by_last_name(values: dict[str, Any]) -> dict[str, Any]:
    """The same values by the last of their names: ``batch_size`` of ``cfg.data.batch_size``."""
    return {name.rpartition(".")[2]: value for name, value in values.items()}


def _fields_of(value: Any) -> dict[str, Any]:
    """The fields of a configuration by name; none of anything else."""
    kind = type(value)
    if issubclass(kind, dict):
        fields = dict(dict.items(value)) if dict.__len__(value) <= MOST_FIELDS else {}
    elif _is_omega(value):
        fields = _omega_fields(value)
    elif inherits(kind, _SimpleNamespace):
        fields = dict(reader(_SimpleNamespace, "__dict__")(value))
    elif _is_namespace(kind) or class_attribute(kind, "__dataclass_fields__") is not MISSING:
        fields = {**slots_of(value), **attributes_of(value)}
    else:
        return {}
    if len(fields) > MOST_FIELDS or not all(type(name) is str and name.isidentifier() for name in fields):
        return {}
    return fields


def _is_namespace(kind: type) -> bool:
    namespace = member_of("argparse", "Namespace")
    return namespace is not None and inherits(kind, namespace)


def _is_omega(value: Any) -> bool:
    return module_of(type(value)).startswith("omegaconf.") and library_class(type(value), {"omegaconf"}) is not None


@calls_target
def _omega_fields(value: Any) -> dict[str, Any]:
    made = sys.modules["omegaconf"].OmegaConf.to_container(value, resolve=True)
    return made if type(made) is dict else {}


@calls_target
def _omega_with(value: Any, path: str, new: Any) -> Any:
    with OwnImports():
        import copy
    made = copy.deepcopy(value)
    sys.modules["omegaconf"].OmegaConf.update(made, path, new)
    return made


@calls_target
def _copied(value: Any, name: str, new: Any) -> Any:
    with OwnImports():
        import copy
    made = copy.copy(value)
    if issubclass(type(value), dict):
        dict.__setitem__(made, name, new)
    else:
        # A frozen data class too.
        object.__setattr__(made, name, new)
    return made
