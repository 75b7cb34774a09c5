"""Functions pass by reference; and what others can call on an object: methods that its type shows, and nothing else.

rpyc lost this game twice: names from outside reached `getattr`, and from there `__class__`, `__globals__`, `str.format`.
Here no name from outside is ever looked up on the object: it is searched in the dictionaries of its classes, and what is
found must be a function.
"""
from __future__ import annotations

import types
from functools import partial

from . import _values

_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, partial)
_METHODS = (types.FunctionType, types.MethodDescriptorType, types.ClassMethodDescriptorType)


def key_of(thing):
    """Tells objects apart that are held: a bound method is made anew whenever it is asked for."""
    kind = type(thing)
    if kind is types.MethodType:
        return id(thing.__self__), id(thing.__func__)
    if kind is types.BuiltinFunctionType and thing.__self__ is not None:
        return id(thing.__self__), thing.__name__
    return id(thing)


def _function(thing):
    return key_of(thing), thing


def _builtin(thing):
    if thing.__self__ is None or isinstance(thing.__self__, (types.ModuleType, type)):
        raise _values.NotAValue("a builtin function", "Wrap it in a function of your own: `lambda *given: f(*given)`.")
    return key_of(thing), thing


_values.pass_by_reference(types.FunctionType, _function)
_values.pass_by_reference(types.MethodType, _function)
_values.pass_by_reference(partial, _function)
_values.pass_by_reference(types.BuiltinFunctionType, _builtin)


def is_function(thing) -> bool:
    return type(thing) in _FUNCTIONS


def find(thing, name: str):
    """The method `name` of what was handed over, ready to be called, or None."""
    if is_function(thing):
        return thing if name == "call" else None
    if name.startswith("_") or not name.isidentifier():
        return None
    kind = type(thing)
    shown = _on_type(kind, name)
    own = _own(thing)
    if name in own and not hasattr(type(shown), "__set__"):
        return own[name] if type(own[name]) in (types.FunctionType, types.MethodType) else None
    if type(shown) in (staticmethod, classmethod):
        return shown.__get__(thing, kind) if type(shown.__func__) is types.FunctionType else None
    return shown.__get__(thing, kind) if type(shown) in _METHODS else None


def names(thing) -> list[str]:
    """The names of the methods that `find` finds."""
    if is_function(thing):
        return ["call"]
    known = dict.fromkeys(_own(thing))
    for base in type(thing).__mro__:
        known.update(dict.fromkeys(vars(base)))
    return [name for name in known if isinstance(name, str) and find(thing, name) is not None]


def _on_type(kind: type, name: str):
    for base in kind.__mro__:
        if base is not object and base is not type and name in base.__dict__:
            return base.__dict__[name]
    return None


def _own(thing) -> dict:
    try:
        own = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return {}
    return own if type(own) is dict else {}
