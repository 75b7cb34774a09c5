"""What a loaded module says of itself. Read from __code__, __annotations__ and __doc__: `inspect` takes long to load."""
from __future__ import annotations

from types import CodeType, FunctionType, MethodType, ModuleType

from . import _exposed
from ._failures import Error

_VARARGS, _VARKEYS, _GENERATOR, _ASYNC_GENERATOR = 4, 8, 32, 512


class Method:
    """Something that others may call, and the rules for its arguments. What is not written in Python has no rules."""

    streams = False  # it is a generator, synchronous or not

    def __init__(self, name: str, function, idempotent: bool = False, cached: str = ""):
        self.name = name
        self.function = function
        self._idempotent = idempotent
        self._cached = cached
        self._plain, bound = function, 0
        if type(function) is MethodType:
            self._plain, bound = function.__func__, 1
        while hasattr(self._plain, "__wrapped__"):
            self._plain = self._plain.__wrapped__
        code = getattr(self._plain, "__code__", None)
        self._code = code if isinstance(code, CodeType) else None
        if self._code is None:
            return
        self.streams = bool(code.co_flags & (_GENERATOR | _ASYNC_GENERATOR))
        defaults = self._plain.__defaults__ or ()
        count = code.co_argcount
        self._positional = code.co_varnames[bound:count]
        self._positional_only = max(0, code.co_posonlyargcount - bound)
        names_end = count + code.co_kwonlyargcount
        self._keyword_only = code.co_varnames[count:names_end]
        self._defaults = dict(zip(self._positional[::-1], defaults[::-1]))
        self._defaults.update(self._plain.__kwdefaults__ or {})
        self._most = len(self._positional)
        self._least = max(0, self._most - len(defaults))
        rest = iter(code.co_varnames[names_end:])
        self._varargs = next(rest) if code.co_flags & _VARARGS else None
        self._varkeys = next(rest) if code.co_flags & _VARKEYS else None
        self._needs_names = any(name not in self._defaults for name in self._keyword_only)

    def info(self) -> dict:
        """The method as Hello and Welcome describe it."""
        if self._code is None:
            return {"name": self.name, "doc": _clean(getattr(self._plain, "__doc__", None))}
        types = self._plain.__annotations__
        return {
            "name": self.name,
            "doc": _clean(self._plain.__doc__),
            "parameters": self._parameters(types),
            "returns": _type(types.get("return", "")),
            "streams": self.streams,
            "idempotent": self._idempotent,
            "cached": self._cached,
        }

    def _parameters(self, types: dict) -> list[dict]:
        parameters = []
        for at, name in enumerate(self._positional):
            only = {"positional_only": True} if at < self._positional_only else {}
            parameters.append(self._parameter(name, types) | only)
        if self._varargs:
            parameters.append({"name": self._varargs, "type": _type(types.get(self._varargs, "")), "variadic": True})
        for name in self._keyword_only:
            parameters.append(self._parameter(name, types) | {"keyword_only": True})
        if self._varkeys:
            rest = {"name": self._varkeys, "type": _type(types.get(self._varkeys, "")), "variadic": True, "by_name": True}
            parameters.append(rest)
        return parameters

    def _parameter(self, name: str, types: dict) -> dict:
        parameter = {"name": name, "type": _type(types.get(name, ""))}
        if name in self._defaults:
            parameter["optional"] = True
            parameter["default"] = repr(self._defaults[name])[:200]
        return parameter

    def check(self, module: str, positional: list, named: dict) -> None:
        """Raises Error BAD_ARGUMENT if Python would refuse the arguments."""
        if self._code is None:
            return
        count = len(positional)
        if not named and self._least <= count <= self._most and not self._needs_names:
            return
        if count > self._most and not self._varargs:
            by_name = ", ".join(f"`{name}`" for name in self._keyword_only)
            only = f"; {by_name} can be given by name only" if by_name else ""
            raise self._bad(module, f"takes at most {_arguments(self._most)} by position, got {count}{only}")
        for name in named:
            if name in self._positional[:count]:
                raise self._bad(module, f"got `{name}` twice: by position and by name")
            known = name in self._positional[self._positional_only :] or name in self._keyword_only
            if not known and not self._varkeys and name in self._positional:
                raise self._bad(module, f"takes `{name}` by position only")
            if not known and not self._varkeys:
                raise self._bad(module, f"has no parameter `{name}`", self._close(name))
        by_position = self._positional[: self._positional_only]
        for name in self._positional[count:] + self._keyword_only:
            if (name not in named or name in by_position) and name not in self._defaults:
                raise self._bad(module, f"needs the argument `{name}`")

    def _close(self, name: str) -> str:
        close = closest(name, self._positional + self._keyword_only)
        return f"Did you mean `{close}`? " if close else ""

    def _bad(self, module: str, what: str, help: str = "") -> Error:
        return Error("BAD_ARGUMENT", f"`{module}.{self.name}` {what}.", f"{help}It is `{self.signature()}`.")

    def signature(self) -> str:
        """`count(text: str, least?: int = 1) -> int`"""
        info = self.info()
        parameters = ", ".join(_signatures(info["parameters"]))
        returns = info["returns"]
        if info["streams"]:
            return f"{self.name}({parameters}) -> stream" + (f" of {returns}" if returns else "")
        return f"{self.name}({parameters})" + (f" -> {returns}" if returns else "")


def _signatures(parameters: list[dict]) -> list[str]:
    """With Python's marks: `/` behind those that take no name, `*` before those that take no position."""
    texts = []
    last = {}
    for p in [*parameters, {}]:
        if last.get("positional_only") and not p.get("positional_only"):
            texts.append("/")
        if p.get("keyword_only") and not (last.get("keyword_only") or last.get("variadic")):
            texts.append("*")
        if p:
            texts.append(_signature(p))
        last = p
    return texts


def _signature(p: dict) -> str:
    if p.get("variadic"):
        text = ("**" if p.get("by_name") else "*") + p["name"]
    else:
        text = p["name"] + ("?" if p.get("optional") else "")
    if p.get("type"):
        text += ": " + p["type"]
    return text + (" = " + p["default"] if p.get("default") else "")


def _arguments(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _type(annotation) -> str:
    if annotation is None:
        return "None"
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__qualname__
    return repr(annotation).replace("typing.", "")


def _clean(doc: str | None) -> str:
    """A docstring without its indentation."""
    if not doc:
        return ""
    first, *rest = doc.expandtabs().splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.strip()] + [line[indent:].rstrip() for line in rest]).strip()


def methods_of(module, acceptor=None) -> dict[str, Method]:
    """The public functions that were defined at the top level of the module, but for its acceptor of channels."""
    said = getattr(module, "__stoa__", {})
    idempotent = said.get("idempotent", ())
    cached = said.get("cached", {})
    methods = {}
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__ or isinstance(thing, type):
            continue
        if thing is acceptor:
            continue
        plain = thing
        while hasattr(plain, "__wrapped__"):
            plain = plain.__wrapped__
        if callable(thing) and isinstance(plain, FunctionType):
            methods[name] = Method(name, thing, name in idempotent, cached.get(name, "") if isinstance(cached, dict) else "")
    _check_cached(cached, methods)
    return methods


def _check_cached(cached, methods) -> None:
    """How long results may be used again is said by the name of the method."""

    def wrong(why):
        return TypeError(f'`cached` {why}. Write the time by the name of the method: {{"area": "10s"}}.')

    if not isinstance(cached, dict):
        raise wrong(f"is {cached!r}")
    for name, time in cached.items():
        if name not in methods:
            raise wrong(f"names `{name}`, which is no method")
        if not isinstance(time, str):
            raise wrong(f"has a time for `{name}` that is no text")


def methods_from(given) -> dict[str, Method]:
    """What a program offers: a dict of functions, a module, or an object with public methods."""
    if isinstance(given, ModuleType):
        return methods_of(given)
    if not isinstance(given, dict):
        given = {name: _exposed.find(given, name) for name in _exposed.names(given)}
    for name, function in given.items():
        if not isinstance(name, str) or not callable(function) or isinstance(function, type):
            raise TypeError(f"methods[{name!r}] is a {type(function).__name__}; give functions by their names.")
    return {name: Method(name, function) for name, function in given.items()}


def info_of(name: str, module, methods: dict[str, Method]) -> dict:
    said = getattr(module, "__stoa__", {})
    return {
        "name": name,
        "version": str(said.get("version", "")),
        "doc": _clean(getattr(module, "__doc__", None)),
        "methods": [method.info() for method in methods.values()],
        "needs": {str(key): str(wanted) for key, wanted in said.get("needs", {}).items()},
        "language": "python",
    }


def no_such_method(whose: str, name: str, names) -> Error:
    close = closest(name, names)
    if close:
        help = f"Did you mean `{close}`?"
    else:
        known = ", ".join(f"`{m}`" for m in list(names)[:20])
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        help = f"It has {known}{more}." if known else "It has no methods at all."
    return Error("NO_SUCH_METHOD", f"{whose} has no method `{name}`.", help)


def closest(name: str, names) -> str | None:
    from difflib import get_close_matches  # takes 2 ms to load

    close = get_close_matches(name[:64], names, 1)
    return close[0] if close else None

def method_of(entry, name: str, references) -> tuple[Method, str]:
    """A method of an object of ours that a call is made on, and what errors call the object. `entry` may be why there is none."""
    if isinstance(entry, Error):
        raise entry
    if entry.taken_back:
        raise references.gone(entry.number)
    method = entry.methods.get(name)
    if method is None:
        function = _exposed.find(entry.thing, name)
        if function is None:
            whose = "A function" if _exposed.is_function(entry.thing) else f"This {type(entry.thing).__name__}"
            raise no_such_method(whose, name, _exposed.names(entry.thing))
        method = entry.methods[name] = Method(name, function)
    return method, type(entry.thing).__name__
