"""The parameters of a callable, and the values that are collected for them."""

from __future__ import annotations

from genaudit.recorder.child.guard.describe import value_text
from genaudit.recorder.child.guard.own_imports import OwnImports
from genaudit.recorder.child.guard.refusal import USAGE, Refusal, near
from genaudit.recorder.child.guard.static_inspect import inherits, member_of, module_of, qualname_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

POSITIONAL_ONLY, POSITIONAL_OR_KEYWORD, VAR_POSITIONAL, KEYWORD_ONLY, VAR_KEYWORD = range(5)
"""The kinds of parameters, numbered as ``inspect`` does."""

_LONGEST_ANNOTATION = 40


class Missing:
    """Stands for "no default" and "no value"."""


MISSING = Missing()


class Parameter:
    """One parameter of a callable.

    ``annotation`` is its source text or a name, ``""`` without one; ``declared`` the annotation itself.
    """

    __slots__ = ("annotation", "declared", "default", "kind", "name")

    def __init__(
        self, name: str, kind: int, default: object = MISSING, annotation: str = "", declared: object = MISSING
    ) -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.annotation = annotation
        self.declared = declared

    @property
    def is_variadic(self) -> bool:
        """Whether it is ``*args`` or ``**kwargs``."""
        return self.kind in {VAR_POSITIONAL, VAR_KEYWORD}

    def __str__(self) -> str:
        text = {VAR_POSITIONAL: "*", VAR_KEYWORD: "**"}.get(self.kind, "") + self.name
        if 0 < len(self.annotation) <= _LONGEST_ANNOTATION:
            text += f": {self.annotation}"
        if self.default is MISSING:
            return text
        equals = " = " if ":" in text else "="
        return text + equals + value_text(self.default)


class Signature:
    """What a callable takes.

    Args:
        name: Qualified name, for messages.
        parameters: In their order; ``None`` where the callable tells nothing, and so takes anything.
    """

    def __init__(self, name: str, parameters: list[Parameter] | None) -> None:
        self.name = name
        self.known = parameters is not None
        if parameters is None:
            parameters = [Parameter("args", VAR_POSITIONAL), Parameter("kwargs", VAR_KEYWORD)]
        self.all = parameters
        self.named = {parameter.name: parameter for parameter in parameters if not parameter.is_variadic}
        self.positional = [parameter for parameter in parameters if parameter.kind <= POSITIONAL_OR_KEYWORD]
        kinds = {parameter.kind: parameter.name for parameter in parameters if parameter.is_variadic}
        self.var_positional = kinds.get(VAR_POSITIONAL)
        self.var_keyword = kinds.get(VAR_KEYWORD)

    def __str__(self) -> str:
        if not self.known:
            return f"{self.name}(...)"
        parts: list[str] = []
        before = -1
        for parameter in self.all:
            if before == POSITIONAL_ONLY != parameter.kind:
                parts.append("/")
            if parameter.kind == KEYWORD_ONLY and before not in {VAR_POSITIONAL, KEYWORD_ONLY}:
                parts.append("*")
            parts.append(str(parameter))
            before = parameter.kind
        if before == POSITIONAL_ONLY:
            parts.append("/")
        return f"{self.name}({', '.join(parts)})"


class Joined:
    """A call of genaudit's own that stands for several of the user's; ``signature`` is what they take together."""

    signature: Signature


def signature_of(function: Callable[..., Any]) -> Signature:
    """The signature of a function, class, method, ``functools.partial`` or any other callable."""
    if issubclass(type(function), Joined):
        return function.signature  # type: ignore[attr-defined,no-any-return]
    with OwnImports():
        import inspect
    name = name_of(function)
    try:
        signature = inspect.signature(function)
        if isinstance(function, type) and _takes_anything(signature):
            # A base class whose __new__ takes anything hides the constructor that the user wrote.
            signature = _of_constructor(function) or signature
    except Exception:
        # Builtins have none; annotations of the user's that cannot be evaluated raise anything.
        return Signature(name, None)
    return Signature(name, [_parameter(parameter) for parameter in signature.parameters.values()])


def name_of(function: object) -> str:
    """The qualified name of a callable, seen through ``functools.partial``."""
    partial = member_of("functools", "partial")
    kind = type(function)
    if partial is not None and inherits(kind, partial):
        return name_of(partial.func.__get__(function))
    if issubclass(kind, type):
        name = qualname_of(function)  # type: ignore[arg-type]
    else:
        # It is what was asked to be called, so a wrapper may say whom it wraps.
        qualname = getattr(function, "__qualname__", None)
        name = qualname if type(qualname) is str else qualname_of(kind)
    return name.rpartition("<locals>.")[2]


def _takes_anything(signature: Any) -> bool:
    return {int(parameter.kind) for parameter in signature.parameters.values()} == {VAR_POSITIONAL, VAR_KEYWORD}


def _of_constructor(kind: type) -> Any:
    with OwnImports():
        import inspect
    constructor = kind.__dict__.get("__init__") or getattr(kind, "__init__", None)
    if not hasattr(constructor, "__code__"):
        return None
    full = inspect.signature(constructor)  # type: ignore[arg-type]
    return full.replace(parameters=list(full.parameters.values())[1:])


def _parameter(parameter: Any) -> Parameter:
    default = MISSING if parameter.default is parameter.empty else parameter.default
    declared = MISSING if parameter.annotation is parameter.empty else parameter.annotation
    return Parameter(parameter.name, int(parameter.kind), default, _annotation_text(parameter), declared)


def _annotation_text(parameter: Any) -> str:
    annotation = parameter.annotation
    if annotation is parameter.empty:
        return ""
    kind = type(annotation)
    if kind is str:
        return str(annotation)
    if kind is type:
        return qualname_of(annotation)
    if module_of(kind).partition(".")[0] not in {"builtins", "types", "typing", "collections"}:
        # A class with a metaclass has a name; any other object of the user's has only its type's.
        return qualname_of(annotation if issubclass(kind, type) else kind)
    text = str(annotation)
    # Python 3.13 says where pathlib keeps its Path.
    for prefix in ("typing.", "collections.abc.", "pathlib._local.", "pathlib."):
        text = text.replace(prefix, "")
    return text


class Binding:
    """Values for the parameters of one call, from several sources; later ones win."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._values: dict[str, Any] = {}
        self._extra: list[Any] = []
        self._by_position = 0

    def add(self, args: Sequence[Any], kwargs: dict[str, Any], source: str) -> None:
        """Take over the arguments of one source.

        Args:
            args: Positional arguments; those that go to ``*args`` replace earlier ones.
            kwargs: Arguments by name. A positional-only parameter may be given by its name, too.
            source: Where they come from, for messages.

        Raises:
            Refusal: There is no such parameter, or two values for one.
        """
        positional = self.signature.positional
        names = [parameter.name for parameter in positional[: len(args)]]
        if len(args) > len(positional) and not self.signature.var_positional:
            raise self._refusal(
                f"{self.signature.name} takes {len(positional)} positional arguments, {source} gives {len(args)}",
                "too-many-arguments",
            )
        for name in kwargs:
            if name in names:
                raise self._refusal(f"{source} gives {name!r} twice", "argument-twice")
            if name not in self.signature.named and not self.signature.var_keyword:
                raise self._unknown(name, source)
        self._values.update(zip(names, args, strict=False))
        self._values.update(kwargs)
        self._by_position = max(self._by_position, len(names))
        if len(args) > len(positional):
            self._extra = list(args[len(positional) :])

    def has(self, name: str) -> bool:
        """Whether something gave the parameter a value; a default does not count."""
        return name in self._values

    def missing(self) -> list[Parameter]:
        """Parameters without a value and without a default."""
        return [
            parameter
            for parameter in self.signature.named.values()
            if parameter.default is MISSING and parameter.name not in self._values
        ]

    def values(self) -> dict[str, Any]:
        """All values by name, defaults included, in the order of the parameters; ``args[0]`` for what has no name."""
        by_name = {
            name: self._values.get(name, parameter.default)
            for name, parameter in self.signature.named.items()
            if name in self._values or parameter.default is not MISSING
        }
        for index, value in enumerate(self._extra):
            by_name[f"{self.signature.var_positional}[{index}]"] = value
        by_name.update({name: value for name, value in self._values.items() if name not in by_name})
        return by_name

    def replace(self, name: str, value: Any) -> None:
        """Give a parameter another value, by its name in ``values()``."""
        prefix = f"{self.signature.var_positional}["
        if name.startswith(prefix) and name.endswith("]"):
            self._extra[int(name[len(prefix) : -1])] = value
        else:
            self._values[name] = value

    def call_arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments for the call: by position what was given so, or can only be given so."""
        positional = self.signature.positional
        leading = self._by_position
        for index, parameter in enumerate(positional):
            if parameter.kind == POSITIONAL_ONLY and parameter.name in self._values:
                leading = max(leading, index + 1)
        if self._extra:
            leading = len(positional)
        args = [self._values.get(parameter.name, parameter.default) for parameter in positional[:leading]]
        names = {parameter.name for parameter in positional[:leading]}
        return args + self._extra, {name: value for name, value in self._values.items() if name not in names}

    def _unknown(self, name: str, source: str) -> Refusal:
        close = near(name, self.signature.named)
        return self._refusal(
            f"{self.signature.name} has no parameter {name!r} ({source})",
            "unknown-argument",
            f"did you mean {' or '.join(close)}?" if close else "",
        )

    def _refusal(self, message: str, slug: str, hint: str = "") -> Refusal:
        return Refusal(f"{message}\n  {self.signature}", slug=slug, hint=hint, exit_code=USAGE)
