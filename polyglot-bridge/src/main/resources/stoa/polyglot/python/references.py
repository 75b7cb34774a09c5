# Objects that stay where they are: what this context hands out, and proxies for what it was handed. Evaluated when the first one
# is needed.
def _stoa_references(shared, api, values):
    host, sys, Error = shared.host, shared.sys, shared.Error
    FUNCTION = type(lambda: None)
    METHOD = type(shared.clean.__get__(0))
    BUILTIN = type(len)
    DESCRIPTORS = (FUNCTION, type(str.join), type(dict.__dict__["fromkeys"]), type(list.__dict__["append"]))
    MODULE = type(sys)
    numbers = {}  # what tells an object apart -> its number, while it is handed out

    # ---- what can be called on an object: no name from outside is ever looked up on the object itself ----
    def is_function(thing):
        return type(thing) in (FUNCTION, METHOD, BUILTIN) or is_partial(thing)

    def is_partial(thing):
        return type(thing).__name__ == "partial" and type(thing).__module__ == "functools"

    def find(thing, name):
        """The method of that name, ready to be called, or None."""
        if is_function(thing):
            return thing if name == "call" else None
        if not isinstance(name, str) or name.startswith("_") or not name.isidentifier():
            return None
        kind = type(thing)
        shown = on_type(kind, name)
        own = own_names(thing)
        if name in own and not hasattr(type(shown), "__set__"):
            return own[name] if type(own[name]) in (FUNCTION, METHOD) else None
        if type(shown) in (staticmethod, classmethod):
            return shown.__get__(thing, kind) if type(shown.__func__) is FUNCTION else None
        return shown.__get__(thing, kind) if type(shown) in DESCRIPTORS else None

    def on_type(kind, name):
        for base in type.mro(kind):
            if base is not object and base is not type and name in base.__dict__:
                return base.__dict__[name]
        return None

    def own_names(thing):
        try:
            own = object.__getattribute__(thing, "__dict__")
        except AttributeError:
            return {}
        return own if type(own) is dict else {}

    def names(thing):
        if is_function(thing):
            return ["call"]
        known = dict.fromkeys(own_names(thing))
        for base in type.mro(type(thing)):
            known.update(dict.fromkeys(base.__dict__))
        return [name for name in known if find(thing, name) is not None]

    def look(thing, name):
        """What the host asks before a call on an object: a description, or the names that there are."""
        f = find(thing, name)
        return values.pack({"names": names(thing)} if f is None else {"method": shared.described(name, f)})

    # ---- what is handed out ----
    def key(thing):
        """Tells objects apart: a bound method is made anew whenever it is asked for."""
        kind = type(thing)
        if kind is METHOD:
            return id(thing.__self__), id(thing.__func__)
        if kind is BUILTIN and getattr(thing, "__self__", None) is not None:
            return id(thing.__self__), thing.__name__
        return id(thing)

    def number_of(thing):
        known = key(thing)
        number = numbers.get(known)
        if number is None:
            number = numbers[known] = host.export(thing)
        return number

    def forget(thing):
        numbers.pop(key(thing), None)

    class Handle:
        """The owner's hold on an object that passes by reference. `release()`, or leaving its `with` block, takes the object
        back from all who hold it."""

        __slots__ = ("_object", "_released")

        def __init__(self, thing):
            self._object = thing
            self._released = False

        def release(self):
            """Later calls on the object fail with LOST, for everybody."""
            if self._released:
                return
            number = numbers.pop(key(self._object), None)
            if number is not None:
                host.revoke(number)
            self._object, self._released = None, True

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.release()

        def __repr__(self):
            return "<stoa.ref, released>" if self._released else f"<stoa.ref to a {type(self._object).__name__}>"

    DATA = (type(None), str, bytes, bytearray, memoryview, int, float, complex, list, tuple, dict, set, frozenset)
    REFUSED = (
        (type, "a class; hand over an instance or a function"),
        (MODULE, "a module; hand over the functions that are meant"),
        (type(sys._getframe()), "a frame of the interpreter"),
        (type(is_function.__code__), "a code object"),
        (BaseException, "an exception; raise it, or pass its text"),
    )

    def ref(thing):
        """Lets an object pass by reference: who gets it can call its public methods, and nothing else of it."""
        kind = type(thing)
        if kind is Handle or kind is Proxy:
            return thing
        if isinstance(thing, DATA) or kind.__module__ == "datetime":
            raise TypeError(f"stoa.ref: this {kind.__name__} is data; pass it as it is")
        for refused, why in REFUSED:
            if isinstance(thing, refused):
                raise TypeError(f"stoa.ref takes no {kind.__name__}: it is {why}")
        if hasattr(kind, "__await__"):
            raise TypeError(f"stoa.ref takes no {kind.__name__}; await it, or hand over the function")
        if hasattr(kind, "__next__") or hasattr(kind, "__anext__"):
            raise TypeError(f"stoa.ref takes no {kind.__name__}: a stream is returned, or the last argument of a call")
        if kind.__module__ in ("polyglot", "stoa") or kind.__name__ in ("ForeignObject", "foreign"):
            raise TypeError(f"stoa.ref takes no {kind.__name__}: it is no object of this module")
        if kind is BUILTIN:
            check_builtin(thing)
        return Handle(thing)

    def check_builtin(thing):
        owner = getattr(thing, "__self__", None)
        if owner is None or isinstance(owner, (MODULE, type)):
            raise TypeError(f"the builtin {thing.__name__} cannot cross a call; wrap it in a function of your own")

    def crossing(v):
        """What stands for a value on the tape."""
        kind = type(v)
        if kind is Proxy:
            target = target_of(v)
            if target.failed is not None:
                raise Error(target.failed)
            return target.to
        if kind is Handle:
            if v._released:
                raise Error(lost("This handle is gone: it was released here."))
            return number_of(v._object)
        if kind is BUILTIN:
            check_builtin(v)
        return number_of(v)

    def lost(message, help="Ask its owner for it again."):
        return {"code": "LOST", "message": message, "help": help, "retryable": False, "remote": None}

    # ---- what was handed to us ----
    class Proxy:
        """An object that lives elsewhere: call it, or its methods. All other names are methods, whether they exist or not."""

        __slots__ = ("_target",)

        def __init__(self, target):
            object.__setattr__(self, "_target", target)

        def __getattr__(self, name):
            return api.method(object.__getattribute__(self, "_target"), name)

        def __setattr__(self, name, value):
            raise AttributeError("an object that lives elsewhere has methods only")

        def __delattr__(self, name):
            raise AttributeError("an object that lives elsewhere has methods only")

        def __call__(self, *given, **named):
            return api.call(target_of(self), "call", given, named)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            release(self)

        def __repr__(self):
            return f"<object {target_of(self).text}>"

        def __bool__(self):
            return True

    def target_of(proxy):
        return object.__getattribute__(proxy, "_target")

    def proxy(token, text):
        return Proxy(api.Target(token, text))

    def home(thing, text):
        """What calls on an own object that a call returned are made on, while others hold it; None for data."""
        number = numbers.get(key(thing))
        if number is not None:
            return api.Target(number, text, own=True)
        if isinstance(thing, DATA) or type(thing).__module__ == "datetime":
            return None
        message = f"{text} returned an object of this side that nobody else holds any more."
        return api.Target(None, text, lost(message, "Call the object itself, which is at hand."))

    def release(held):
        """Gives back an object that came out of a call."""
        if type(held) is Handle:
            return held.release()
        if type(held) is not Proxy:
            raise TypeError("stoa.release takes an object that came out of a call, or what stoa.ref gave")
        target = target_of(held)
        if target.failed is None:
            target.failed = lost(f"The object {target.text} is gone: it was released here.")
            host.release(target.to)

    class References:
        pass

    made = References()
    made.__dict__.update(look=look, find=find, forget=forget, ref=ref, release=release, proxy=proxy, crossing=crossing)
    made.__dict__.update(Proxy=Proxy, Handle=Handle, target_of=target_of, home=home)
    for kind in (Handle, Proxy):
        values.exact[kind] = values.exact[FUNCTION]
    return made


_stoa_references
