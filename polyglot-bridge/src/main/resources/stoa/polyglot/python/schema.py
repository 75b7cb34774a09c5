# What a module says of itself, read from its functions. `inspect` and `typing` would cost more than a second.
def _stoa_schema():
    GENERATOR = 0x20 | 0x200
    VARARGS, KEYWORDS = 0x04, 0x08
    function = type(lambda: None)

    def public(module, name, f):
        if name.startswith("_") or not callable(f) or isinstance(f, type):
            return False
        own = getattr(f, "__module__", None) == module.__name__
        return own and (isinstance(f, function) or hasattr(f, "__wrapped__"))

    def described(name, f):
        inner = f
        while hasattr(inner, "__wrapped__"):
            inner = inner.__wrapped__
        code = getattr(inner, "__code__", None)
        notes = getattr(inner, "__annotations__", None) or {}
        return {
            "name": name,
            "doc": dedented(getattr(inner, "__doc__", None) or ""),
            "parameters": None if code is None else parameters(inner, code, notes, 1 if hasattr(f, "__self__") else 0),
            "returns": shown(notes["return"]) if "return" in notes else "",
            "streams": code is not None and bool(code.co_flags & GENERATOR),
        }

    def parameters(f, code, notes, bound):
        names = code.co_varnames
        count = code.co_argcount
        defaults = f.__defaults__ or ()
        found = []

        def add(name, kind, required, fallback):
            note = shown(notes[name]) if name in notes else ""
            found.append({"name": name, "kind": kind, "required": required, "fallback": fallback, "type": note})

        for i in range(bound, count):
            default = i - (count - len(defaults))
            kind = "POSITIONAL" if i < code.co_posonlyargcount else "EITHER"
            add(names[i], kind, default < 0, repr(defaults[default]) if default >= 0 else "")
        at = count + code.co_kwonlyargcount
        if code.co_flags & VARARGS:
            add(names[at], "REST", False, "")
            at += 1
        given = f.__kwdefaults__ or {}
        for name in names[count : count + code.co_kwonlyargcount]:
            add(name, "NAMED", name not in given, repr(given[name]) if name in given else "")
        if code.co_flags & KEYWORDS:
            add(names[at], "NAMED_REST", False, "")
        return found

    def shown(note):
        if isinstance(note, str):
            return note
        if isinstance(note, type) and not hasattr(note, "__args__"):
            return note.__name__
        return "None" if note is None else repr(note).replace("typing.", "")

    def dedented(doc):
        lines = doc.expandtabs().strip().split("\n")
        margins = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
        margin = min(margins, default=0)
        return "\n".join([lines[0].strip()] + [line[margin:].rstrip() for line in lines[1:]])

    def of_module(module, methods, acceptor):
        found = []
        for name, f in list(module.__dict__.items()):
            if f is not acceptor and public(module, name, f):
                methods[name] = f
                found.append(described(name, f))
        said = getattr(module, "__stoa__", None) or {}
        return {
            "version": str(said.get("version", "")),
            "needs": said.get("needs", {}),
            "idempotent": list(said.get("idempotent", ())),
            "cached": said.get("cached", {}),
            "methods": found,
            "doc": dedented(module.__doc__ or ""),
        }

    class Schema:
        pass

    made = Schema()
    made.of_module = of_module
    made.described = described
    return made


_stoa_schema
