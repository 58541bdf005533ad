"""Collects the arguments of a target's last call, cuts its data set to the size of the trial, and makes the call."""

from __future__ import annotations

from genaudit.recorder.child.call import argument_values, fill_synth, location, resolve
from genaudit.recorder.child.call.method import MethodOf
from genaudit.recorder.child.call.signature import Binding, Signature, name_of, signature_of
from genaudit.recorder.child.dataset import fields, find, subset
from genaudit.recorder.child.dataset.others import Others
from genaudit.recorder.child.guard.describe import type_text, value_text
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, listed
from genaudit.recorder.child.guard.static_inspect import MISSING, FunctionType, class_attribute, has
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Pending = tuple[Any, list[Any], dict[str, Any]]
    Layer = tuple[list[Any], dict[str, Any], str]

DEFAULT_ITEMS = 512


class Bound:
    """A target with its arguments.

    ``facts`` are the fields of the ``arguments`` mark, ``values`` all arguments by name. ``again`` makes a fresh result
    for another epoch, or is ``None`` where the target is an object and no call. ``others`` are the items of the data
    set that the call does not get.
    """

    def __init__(self, function: Callable[..., Any] | None, result: Any, facts: dict[str, Any]) -> None:
        self.function = function
        self._result = result
        self.args: list[Any] = []
        self.kwargs: dict[str, Any] = {}
        self.values: dict[str, Any] = {}
        self.others = Others()
        self.facts = facts

    @calls_target
    def call(self) -> Any:
        """The target's result; each call makes it anew from the same arguments."""
        if self.function is None:
            return self._result
        return self.function(*self.args, **self.kwargs)

    @property
    def is_asynchronous(self) -> bool:
        """Whether an event loop is needed for the result."""
        if self.facts["kind"] in {"async-generator-function", "coroutine-function"}:
            return True
        kind: Any = self.function if issubclass(type(self.function), type) else type(self._result)
        return class_attribute(kind, "__aiter__") is not MISSING

    @property
    def written(self) -> Any:
        """The function that the target calls, where it is one of Python's; a method, without its object."""
        function: Any = self.function
        if type(function) is MethodOf:
            function = function.__wrapped__
        elif has(function, "__func__"):
            function = function.__func__
        return function if type(function) is FunctionType else None

    @property
    def procedure(self) -> Any:
        """The same, where its code has no value to return."""
        function = self.written
        return function if function is not None and location.gives_only_none(function) else None

    @property
    def again(self) -> Callable[[], Any] | None:
        """Makes a fresh result; ``None`` where there is no call to repeat."""
        return None if self.function is None else self.call


def prepare_target(walked: tuple[Any, Pending | None], spec: dict[str, Any]) -> Bound:
    """Bind what ``resolve.walk`` led to: a call still to be made, or an object to be driven as it is.

    Raises:
        Refusal: As ``prepare``; or arguments were given for an object.
    """
    value, pending = walked
    if pending is not None:
        return prepare(*pending, spec)
    for key, option in (("arguments", "--arg"), ("args_from", "--args-from"), ("synth", "--synth")):
        if spec.get(key):
            raise Refusal(
                f"{option} was given, but the target is {type_text(value)} and takes no arguments",
                slug="object-takes-no-arguments",
                hint="name the function or the class that makes it",
                exit_code=USAGE,
            )
    if spec.get("dataset"):
        find.find({}, spec["dataset"])
    return Bound(None, value, _facts("object", None, None, None, {}))


def prepare(function: Any, args: list[Any], kwargs: dict[str, Any], spec: dict[str, Any]) -> Bound:
    """Bind a call. Later sources win: defaults, configuration, ``--args-from``, the target's own literals, ``--arg``.

    Args:
        function: What is to be called.
        args: Positional arguments in the target's text.
        kwargs: Keyword arguments in the target's text.
        spec: ``arguments``, ``config_arguments``, ``args_from``, ``synth``, ``dataset``, ``size``, ``items``,
            ``scratch``; any may be missing.

    Raises:
        Refusal: Arguments are missing or unknown, or it is not clear which one is the data set.
    """
    signature = signature_of(function)
    configured: Layer = ([], _configured(signature, function, spec.get("config_arguments") or {}), "the configuration")
    written: Layer = (list(args), dict(kwargs), "the target")
    given: Layer = ([], _given(signature, function, spec.get("arguments") or []), "--arg")
    scaled = _bind(signature, [configured, written, given])
    maker = _Maker(spec, scaled.values()) if spec.get("args_from") else None
    binding = scaled if maker is None else _bind(signature, [configured, maker.layer(signature), written, given])
    filled = fill_synth.fill(binding, spec["synth"], spec.get("dataset")) if spec.get("synth") else None
    _refuse_missing(binding, function)
    dataset = _CallDataset(binding, spec, maker, filled)
    bound = Bound(function, None, _facts(location.kind_of(function), function, signature, dataset, binding.values()))
    bound.facts["filled"] = dict(filled.texts) if filled else {}
    bound.args, bound.kwargs = binding.call_arguments()
    bound.values = binding.values()
    bound.others = dataset.others
    return bound


class _Maker:
    """The function of ``--args-from``, called with the size of this trial if it takes one."""

    def __init__(self, spec: dict[str, Any], known: dict[str, Any]) -> None:
        target = spec["args_from"]
        module = resolve.load_module(target)
        value, pending = resolve.walk(module, target["steps"])
        if pending is None:
            raise Refusal(
                f"--args-from {target.get('text', '')}: it is {type_text(value)}, not a function",
                slug="args-from-not-callable",
                exit_code=USAGE,
            )
        self.function, self._args, self._kwargs = pending
        self.name = name_of(self.function)
        self._lenient = bool(spec.get("lenient"))
        self.total: int | None = None
        self.items: int | None = None
        parameter = self._size_parameter()
        if parameter is not None:
            self.total = self._total(spec, parameter.default)
            self.items = subset.trial_items(spec.get("size"), self.total, known)
            self._kwargs = {} if parameter.kind == 0 else {parameter.name: self.items}
            self._args = [self.items] if parameter.kind == 0 else []

    @calls_target
    def layer(self, signature: Signature) -> Layer:
        """What the function returns, as arguments; where several targets share it, those that this one takes."""
        made = self.function(*self._args, **self._kwargs)
        args: Any = []
        kwargs = made
        if isinstance(made, tuple) and len(made) == 2:
            args, kwargs = made
        if not isinstance(args, (list, tuple)) or not isinstance(kwargs, dict) or not _are_names(kwargs):
            raise Refusal(
                f"--args-from: {self.name}() returned {value_text(made)}",
                slug="args-from-result",
                hint="it returns a dict of keyword arguments, or a pair of a list and a dict",
                exit_code=USAGE,
            )
        if self._lenient and not signature.var_keyword:
            kwargs = {name: value for name, value in kwargs.items() if name in signature.named}
        return list(args), kwargs, f"{self.name}()"

    def _size_parameter(self) -> Any:
        signature = signature_of(self.function)
        if self._args or self._kwargs or not signature.known:
            return None
        binding = Binding(signature)
        if len(binding.missing()) > 1:
            raise Refusal(
                f"--args-from: a function with one parameter, the size n, is wanted\n  {signature}",
                slug="args-from-parameters",
                hint="give the other parameters defaults",
                exit_code=USAGE,
            )
        candidates = binding.missing() or list(signature.named.values())
        return candidates[0] if candidates else None

    @staticmethod
    def _total(spec: dict[str, Any], default: object) -> int:
        if spec.get("items"):
            return int(spec["items"])
        return default if type(default) is int and default > 0 else DEFAULT_ITEMS


class _CallDataset:
    """The data set of a call, cut to the size of the trial."""

    def __init__(
        self, binding: Binding, spec: dict[str, Any], maker: _Maker | None, filled: fill_synth.Filled | None
    ) -> None:
        self.name: str | None = None
        self.kind: str | None = None
        self.total: int | None = None
        self.items: int | None = None
        self.along: list[str] = []
        self.file_bytes: float | None = None
        self.looks_like_images = False
        self.could_be: list[str] = []
        self.others = Others()
        if maker is not None and maker.total is not None:
            self.name, self.kind = f"{maker.name}(n)", "function"
            self.total, self.items = maker.total, maker.items
            self._look_at(_file_list(binding.values()))
            return
        values_by_name = binding.values()
        wanted = spec.get("dataset") or (filled.dataset if filled else None)
        told = {name for name, kind, _ in spec.get("arguments") or [] if kind in {"yaml", "ns"}}
        if filled is not None and filled.smaller and wanted == filled.dataset:
            self._take_made(binding, spec, filled)
            return
        defaults = [name for name in binding.signature.named if not binding.has(name)]
        dataset = find.find(values_by_name, wanted, told, defaults, _lists(spec, values_by_name))
        if dataset is None:
            self.could_be = find.could_be(values_by_name)
            return
        if "." in dataset.name and dataset.name not in values_by_name:
            values_by_name = {**values_by_name, **fields.fields_in(values_by_name)}
        self.name, self.kind, self.total = dataset.name, dataset.kind, dataset.items
        self._look_at(dataset)
        n = subset.trial_items(spec.get("size"), dataset.items, fields.by_last_name(values_by_name))
        self.along = dataset.along(values_by_name)
        cut, self.items = dataset.cut(values_by_name, n, spec.get("scratch") or "")
        if dataset.kind in find.IN_MEMORY:
            self.others = Others([values_by_name[name] for name in cut], cut.values())
        for name, value in cut.items():
            _replace(binding, name, value)
        for name in filled.counts if filled else []:
            # Of files with many items each, items that are as many as their files.
            binding.replace(name, max(1, spec["synth"]["n"] * self.items // self.total))

    def _take_made(self, binding: Binding, spec: dict[str, Any], filled: fill_synth.Filled) -> None:
        """The smallest of the made files that has as many items as the trial gets."""
        value = binding.values()[filled.dataset]
        dataset = find.Dataset(filled.dataset, find.MADE, value, total=spec["synth"]["n"])
        self.name, self.kind, self.total = dataset.name, dataset.kind, dataset.items
        self._look_at(dataset)
        n = subset.trial_items(spec.get("size"), dataset.items, binding.values())
        self.items, path = next(((items, path) for items, path in filled.smaller if items >= n), (self.total, ""))
        if path:
            binding.replace(dataset.name, path if issubclass(type(value), str) else type(value)(path))
        for name in filled.counts:
            binding.replace(name, self.items)

    def _look_at(self, dataset: find.Dataset | None) -> None:
        if dataset is not None:
            self.file_bytes = dataset.file_bytes_per_item()
            self.looks_like_images = dataset.looks_like_images()


def _lists(spec: dict[str, Any], values: dict[str, Any]) -> list[str]:
    """Names of the arguments that were given as the lines of a file, by ``--arg`` or in a configuration."""
    given = {name: kind for name, kind, _ in spec.get("arguments") or []}
    configured = spec.get("config_arguments") or {}
    kinds = {name: text.partition(":")[0] for name, text in configured.items() if isinstance(text, str)} | given
    return [name for name, kind in kinds.items() if kind == "lines" and name in values]


def _replace(binding: Binding, name: str, value: Any) -> None:
    """Give an argument another value, or a field of one in a copy of it."""
    values = binding.values()
    top, _, path = name.partition(".")
    if path and name not in values:
        name, value = top, fields.with_field(values[top], path, value)
    binding.replace(name, value)


def _bind(signature: Signature, layers: list[Layer]) -> Binding:
    binding = Binding(signature)
    for args, kwargs, source in layers:
        binding.add(args, kwargs, source)
    return binding


def _configured(signature: Signature, function: Any, by_name: dict[str, Any]) -> dict[str, Any]:
    """The values of the configuration, in which a text may have the prefixes of ``--arg``."""
    values = {}
    for name, value in by_name.items():
        kind, colon, raw = value.partition(":") if isinstance(value, str) else ("", "", "")
        known = name in signature.named or signature.var_keyword
        if colon and kind in argument_values.KINDS and known:
            value = argument_values.value_of(name, kind, raw, as_path=_wants_paths(signature, name))
        values[name] = _shaped(signature, function, name, value, kind)
    return values


def _given(signature: Signature, function: Any, arguments: list[list[Any]]) -> dict[str, Any]:
    """The values of ``--arg``; of several for one name the last, the others are not even read."""
    last = {name: (kind, raw) for name, kind, raw in arguments}
    unknown = [name for name in last if name not in signature.named and not signature.var_keyword]
    if unknown:
        # Before any file is opened for it.
        Binding(signature).add([], dict.fromkeys(unknown), "--arg")
    values = {}
    for name, (kind, raw) in last.items():
        value = argument_values.value_of(name, kind, raw, as_path=_wants_paths(signature, name))
        values[name] = _shaped(signature, function, name, value, kind)
    return values


def _shaped(signature: Signature, function: Any, name: str, value: Any, kind: str) -> Any:
    """A value with fields as the type that the parameter takes; any other value as it is."""
    if type(value) is not dict or kind == "py":
        return value
    with OwnImports():
        from genaudit.recorder.child.call import config_values

    return config_values.shaped(value, signature.named.get(name), function, name, kind)


def _wants_paths(signature: Signature, name: str) -> bool:
    parameter = signature.named.get(name)
    return parameter is not None and "Path" in parameter.annotation and "str" not in parameter.annotation


def _refuse_missing(binding: Binding, function: Any) -> None:
    parameters = binding.missing()
    if not parameters:
        return
    missing = [parameter.name for parameter in parameters]
    with OwnImports():
        from genaudit.recorder.child.call.wanted import words_for
    words = [words_for(parameter, function) for parameter in parameters[:4]]
    hint = "add " + " ".join(words)
    if missing[0] == "self" and "." in binding.signature.name:
        owner, _, method = binding.signature.name.rpartition(".")
        hint = f"it is a method: make its object first, {owner}(…).{method}"
    else:
        if any(word.endswith("=…") for word in words):
            # Nothing told what such a value is, so it may be none that can be typed.
            hint += (
                "; py:MODULE:NAME gives an object of your own, --args-from FILE:FN a function that makes all arguments"
            )
        hint += "; or --synth n=400 for a data set made on the spot"
    raise Refusal(
        f"{binding.signature.name} needs {'a value' if len(missing) == 1 else 'values'} for {listed(missing)}\n"
        f"  {binding.signature}",
        slug="missing-arguments",
        hint=hint,
        exit_code=USAGE,
    )


def _facts(
    kind: str, function: object, signature: Signature | None, dataset: _CallDataset | None, by_name: dict[str, Any]
) -> dict[str, Any]:
    path, line = location.place_of(function) if function is not None else (None, None)
    files = dataset.name if dataset is not None and dataset.kind == find.FILES else None
    return {
        "kind": kind,
        "path": path,
        "line": line,
        "function": signature.name if signature else None,
        "signature": str(signature) if signature else None,
        "arguments": {name: value_text(value, paths=name == files) for name, value in by_name.items()},
        "filled": {},
        "dataset_parameter": dataset.name if dataset else None,
        "dataset_kind": dataset.kind if dataset else None,
        "dataset_items": dataset.total if dataset else None,
        "items": dataset.items if dataset else None,
        "file_bytes_per_item": dataset.file_bytes if dataset else None,
        "looks_like_images": dataset is not None and dataset.looks_like_images,
        "could_be": dataset.could_be if dataset else [],
        "along": dataset.along if dataset else [],
        "kept_bytes": 0,
        "lengths": _lengths(by_name) if dataset and dataset.kind in {"function", find.NUMBER} else {},
        "files": find.file_sizes(by_name),
        "project_root": location.project_root(path),
        # It is known when all else is.
        "may_have_rows": False,
    }


def _lengths(by_name: dict[str, Any]) -> dict[str, int]:
    return {name: subset.length(value) for name, value in by_name.items() if subset.is_cuttable(value)}


def _file_list(by_name: dict[str, Any]) -> find.Dataset | None:
    """The files, where exactly one argument is a list of them."""
    lists = [value for value in by_name.values() if find.kind_of(value) == find.FILES]
    return find.Dataset("", find.FILES, lists[0]) if len(lists) == 1 else None


def _are_names(kwargs: dict[Any, Any]) -> bool:
    return all(isinstance(name, str) for name in kwargs)
