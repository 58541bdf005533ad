"""A method named by its class: its object is made first, from those of the arguments that the constructor takes."""

from __future__ import annotations

from genaudit.recorder.child.call.signature import (
    KEYWORD_ONLY,
    MISSING,
    POSITIONAL_ONLY,
    VAR_KEYWORD,
    Joined,
    Missing,
    Parameter,
    Signature,
    name_of,
    signature_of,
)
from genaudit.recorder.child.guard.static_inspect import FunctionType, class_attribute
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MethodSignature(Signature):
    """Parameters of a constructor and of a method, all by name; one that both have is given to both."""

    def __init__(self, owner: Signature, method: Signature) -> None:
        both = {parameter.name: parameter for parameter in [*owner.named.values(), *method.named.values()]}
        parameters = [_by_name(owner, method, parameter) for parameter in both.values()]
        for keywords in (method.var_keyword, owner.var_keyword):
            if keywords is not None:
                parameters.append(Parameter(keywords, VAR_KEYWORD))
                break
        super().__init__(method.name, parameters)
        self.owner = owner
        self.method = method

    def __str__(self) -> str:
        name = self.method.name.rpartition(".")[2]
        return f"{self.owner}.{str(self.method).replace(self.method.name, name, 1)}"


class MethodOf(Joined):
    """A method and the class that its object is made of.

    The object is made at the first call and stays, as that of a program does: another epoch is another call of the
    method alone.

    Args:
        owner: The class.
        function: The method, as the class has it.
    """

    def __init__(self, owner: type, function: Any) -> None:
        self.owner = owner
        self._object: Any = MISSING
        # Where it is defined, and of what kind it is, is asked of what it wraps.
        self.__wrapped__ = function
        self.__qualname__ = name_of(function)
        self.signature: MethodSignature = MethodSignature(signature_of(owner), _without_self(signature_of(function)))

    def named(self, args: list[Any], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The literals between the parentheses of the target, which are the method's, by name."""
        names = [parameter.name for parameter in self.signature.method.positional]
        return args[len(names) :], {**dict(zip(names, args, strict=False)), **kwargs}

    @calls_target
    def __call__(self, **values: Any) -> Any:
        """The method's result."""
        owner, method = self.signature.owner, self.signature.method
        unknown = [name for name in values if name not in owner.named and name not in method.named]
        if type(self._object) is Missing:
            args, kwargs = _taken(owner, values, unknown if owner.var_keyword else [])
            self._object = self.owner(*args, **kwargs)
        args, kwargs = _taken(method, values, unknown if not owner.var_keyword else [])
        return self.__wrapped__(self._object, *args, **kwargs)


def with_object(owner: Any, name: str, value: Any) -> Any:
    """What a class has under a name, together with the class where that is a method that needs an object."""
    is_method = issubclass(type(owner), type) and type(class_attribute(owner, name)) is FunctionType
    return MethodOf(owner, value) if is_method and _takes_object(value) else value


def _takes_object(function: Any) -> bool:
    parameters = signature_of(function).positional
    return bool(parameters) and parameters[0].default is MISSING


def _without_self(signature: Signature) -> Signature:
    return Signature(signature.name, signature.all[1:])


def _by_name(owner: Signature, method: Signature, parameter: Parameter) -> Parameter:
    """A parameter that has a default only where all that have it have one."""
    found = [signature.named[parameter.name] for signature in (owner, method) if parameter.name in signature.named]
    default = MISSING if any(one.default is MISSING for one in found) else found[-1].default
    typed = next((one for one in found if one.annotation), parameter)
    return Parameter(parameter.name, KEYWORD_ONLY, default, typed.annotation, typed.declared)


def _taken(signature: Signature, values: dict[str, Any], unknown: list[str]) -> tuple[list[Any], dict[str, Any]]:
    """Of all values those that a signature takes, by position where they cannot be given by name.

    Args:
        unknown: Names that it takes as further keywords.
    """
    by_position = [parameter.name for parameter in signature.positional if parameter.kind == POSITIONAL_ONLY]
    by_name = [name for name in signature.named if name not in by_position]
    args = [values[name] for name in by_position if name in values]
    return args, {name: values[name] for name in [*by_name, *unknown] if name in values}
