"""What stands in for something that is iterated: it is measured, and is all that the other is."""

from __future__ import annotations

from genaudit.recorder.child.guard.static_inspect import MISSING, GeneratorType, class_attribute
from genaudit.recorder.child.guard.user_calls import calls_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from genaudit.recorder.child.watch.watch import Watch

_OWN = {
    *("__class__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__init__", "__new__", "__del__"),
    *("__dict__", "__weakref__", "__slots__", "__init_subclass__", "__subclasshook__", "__class_getitem__"),
    *("__iter__", "__next__", "__reduce__", "__reduce_ex__", "__doc__", "__module__", "__sizeof__", "__dir__"),
    *("__getstate__", "__setstate__", "__mro_entries__", "__instancecheck__", "__subclasscheck__"),
}  # fmt: skip


def watched(watch: Watch, number: int, value: Any) -> Any:
    """Something that is iterated as another is, and measured.

    Args:
        watch: Gets each batch.
        number: Of the source.
        value: The other: a generator, an iterator, or what gives one.
    """
    return _stand_in(watch, number, value)


_made: dict[type, type] = {}


def _stand_in(watch: Watch, number: int, value: Any) -> Any:
    kind = type(value)
    made = _made.get(kind)
    if made is None:
        made = _made[kind] = _class_for(kind)
    one: Any = object.__new__(made)
    object.__setattr__(one, "_genaudit", (watch, number, value))
    return one


@calls_target
def _class_for(kind: type) -> type:
    """A class whose objects pass on all that is done to them; it says that it is the other."""
    table: dict[str, Any] = {
        "__slots__": ("__weakref__", "_genaudit"),
        "__class__": property(lambda self: type(_value(self))),
        "__getattr__": lambda self, name: getattr(_value(self), name),
        "__setattr__": lambda self, name, given: setattr(_value(self), name, given),
        "__delattr__": lambda self, name: delattr(_value(self), name),
        "__dir__": lambda self: dir(_value(self)),
        "__reduce_ex__": lambda self, protocol: _value(self).__reduce_ex__(protocol),
        "__doc__": kind.__doc__,
        "__module__": kind.__module__,
    }
    for base in kind.__mro__[:-1]:
        for name in vars(base):
            if name.startswith("__") and name.endswith("__") and name not in _OWN | table.keys():
                given = class_attribute(kind, name)
                if given is None:
                    table[name] = None
                elif callable(given):
                    table[name] = _passing_on(name)
    if class_attribute(kind, "__next__") is not MISSING and callable(class_attribute(kind, "__next__")):
        table["__next__"] = _next
        table["__iter__"] = lambda self: self
        if kind is GeneratorType:
            table["send"] = _send
    elif class_attribute(kind, "__iter__") is not MISSING or "__getitem__" in table:
        table["__iter__"] = _iterate
    return type(kind.__name__, (), table)


def _value(stand_in: Any) -> Any:
    return object.__getattribute__(stand_in, "_genaudit")[2]


def _passing_on(name: str) -> Any:
    @calls_target
    def pass_on(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(_value(self), name)(*args, **kwargs)

    pass_on.__name__ = name
    return pass_on


@calls_target
def _next(self: Any) -> Any:
    watch, number, value = object.__getattribute__(self, "_genaudit")
    return watch.pull(number, value, type(value).__next__, value)


@calls_target
def _iterate(self: Any) -> Any:
    watch, number, value = object.__getattribute__(self, "_genaudit")
    return _stand_in(watch, number, iter(value))


@calls_target
def _send(self: Any, sent: Any) -> Any:
    watch, number, value = object.__getattribute__(self, "_genaudit")
    return watch.pull(number, value, value.send, sent)
