# Values on their way out of and into Python, as a tape: codes and scalars (TapeWriter.java has the list). Evaluates to a function
# that gives `pack`, which refuses what is no value, and `Reader`. Imports nothing: start-up counts.
def _stoa_values(sys, references):
    DEPTH = 100

    class Tape:
        def __init__(self, root="result", plain_only=False):
            self.root = root  # what an error calls the value
            self.plain_only = plain_only
            self.codes = []
            self.values = []
            self.path = []
            self.above = []

        def refuse(self, what, hint):
            where = "".join(map(shown, self.path))
            where = where if len(where) <= 80 else where[:77] + "..."
            raise TypeError(f"{what} is not a value that can cross a call (at {self.root}{where}); {hint}") from None

        def args(self, given, named):
            """The arguments of a call, each with a name of its own."""
            self.codes.append("[[")
            for i, v in enumerate(given):
                self.root = f"argument {i + 1}"
                self.add(v)
            self.codes.append("]{")
            for key, v in named.items():
                self.root = f"argument {key}"
                self.key(key)
                self.add(v)
            self.codes.append("}]")

        def add(self, v):
            kind = type(v)
            handler = exact.get(kind)
            if handler is None:
                for base in bases:
                    if isinstance(v, base):
                        handler = exact[base]
                        break
                else:
                    return self.special(v, kind)
            handler(self, v)

        def reference(self, v):
            """An object that stays here, or a proxy of one that is elsewhere."""
            if self.plain_only:
                self.refuse(type(v).__name__, "it is shown only")
            self.codes.append("R")
            self.values.append(references().crossing(v))

        def none(self, v):
            self.codes.append("n")

        def bool(self, v):
            self.codes.append("t" if v else "f")

        def int(self, v):
            self.codes.append("i" if -0x8000000000000000 <= v < 0x8000000000000000 else "I")
            self.values.append(v if type(v) is int else int(v))

        def float(self, v):
            self.codes.append("r")
            self.values.append(v if type(v) is float else float(v))

        def str(self, v):
            if not v.isascii():
                try:
                    v.encode()
                except UnicodeEncodeError as e:
                    self.refuse(f"str with a lone surrogate at index {e.start}", "remove it with s.encode(errors='replace').decode()")
            self.codes.append("s")
            self.values.append(v if type(v) is str else str.__str__(v))

        def bytes(self, v):
            v = bytes(v)
            self.codes.append("b")
            self.values += (v, 0, len(v))

        def enter(self, v):
            if any(x is v for x in self.above):
                self.refuse("a structure that contains itself", "return a tree of plain data")
            if len(self.above) >= DEPTH:
                self.refuse(f"a structure deeper than {DEPTH} levels", "return a flatter one")
            self.above.append(v)

        def sequence(self, v):
            self.enter(v)
            self.codes.append("[")
            self.path.append(0)
            for i, item in enumerate(v):
                self.path[-1] = i
                self.add(item)
            self.path.pop()
            self.codes.append("]")
            self.above.pop()

        def mapping(self, v):
            self.enter(v)
            self.codes.append("{")
            self.path.append("")
            for key, item in v.items():
                if not isinstance(key, str):
                    self.path.pop()
                    self.refuse(f"a dict with a key of type {type(key).__name__}", "use text as keys, as {str(k): v for k, v in d.items()}")
                self.path[-1] = key
                self.key(key)
                self.add(item)
            self.path.pop()
            self.codes.append("}")
            self.above.pop()

        def key(self, key):
            self.str(key)
            self.codes.pop()

        def special(self, v, kind):
            name = kind.__name__
            dates = sys.modules.get("datetime")
            if dates is not None and isinstance(v, dates.datetime):
                return self.datetime(v, dates)
            if name == "partial" and kind.__module__ == "functools":
                return self.reference(v)
            if name in hints:
                self.refuse(name, hints[name])
            if isinstance(v, (set, frozenset)):
                self.refuse(name, hints["set"])
            if isinstance(v, BaseException):
                self.refuse(f"an exception ({name})", "raise it, or return str(e)")
            if isinstance(v, type):
                self.refuse(f"the class {v.__name__}", "return an instance as a dict")
            if hasattr(kind, "__dataclass_fields__"):
                self.refuse(f"an instance of the dataclass {name}", "return dataclasses.asdict(...)")
            if hasattr(kind, "__members__"):
                self.refuse(f"a member of the enum {name}", "return its .value")
            if hasattr(kind, "__await__"):
                self.refuse(f"something to await ({name})", "await it first")
            if hasattr(kind, "tolist"):
                self.refuse(name, "return .tolist()")
            if hasattr(kind, "__next__"):
                self.refuse(f"an iterator ({name})", "return list(...)")
            self.refuse(f"an instance of {name}", "return a dict, as vars(...), or stoa.ref(object)")

        def datetime(self, v, dates):
            if v.tzinfo is None or v.utcoffset() is None:
                self.refuse("a datetime without a time zone", "use .astimezone() or datetime.now(timezone.utc)")
            since = v - dates.datetime(1970, 1, 1, tzinfo=dates.timezone.utc)
            self.codes.append("T")
            self.values += (since.days * 86400 + since.seconds, since.microseconds * 1000)

    hints = {
        "set": "return sorted(...) or list(...)",
        "frozenset": "return sorted(...) or list(...)",
        "deque": "return list(...)",
        "range": "return list(...)",
        "generator": "return list(...)",
        "date": "return .isoformat()",
        "time": "return .isoformat()",
        "timedelta": "return .total_seconds()",
        "Decimal": "return str(...) or float(...)",
        "Fraction": "return str(...) or float(...)",
        "complex": "return [z.real, z.imag]",
        "UUID": "return str(...)",
        "PosixPath": "return str(...)",
        "module": "return data",
        "ellipsis": "return None",
    }
    exact = {
        type(None): Tape.none,
        bool: Tape.bool,
        int: Tape.int,
        float: Tape.float,
        str: Tape.str,
        bytes: Tape.bytes,
        bytearray: Tape.bytes,
        memoryview: Tape.bytes,
        list: Tape.sequence,
        tuple: Tape.sequence,
        dict: Tape.mapping,
        type(lambda: None): Tape.reference,
        type(Tape().add): Tape.reference,
        type(len): Tape.reference,
    }
    bases = (int, float, str, bytes, bytearray, list, tuple, dict)

    def shown(step):
        if isinstance(step, int):
            return f"[{step}]"
        return f".{step}" if step.isidentifier() else f'["{step}"]'

    def pack(v, root="result", plain_only=False):
        tape = Tape(root, plain_only)
        tape.add(v)
        return ("".join(tape.codes), *tape.values)

    def pack_arguments(given, named):
        tape = Tape()
        tape.args(given, named)
        return ("".join(tape.codes), *tape.values)

    class Reader:
        def __init__(self, codes, values, call=None):
            self.codes = iter(codes)
            self.values = iter(values)
            self.call = call

        def read(self):
            return self.value(next(self.codes))

        def value(self, code):
            if code == "s" or code == "i" or code == "r" or code == "R":
                return next(self.values)
            if code == "n" or code == "u":
                return None
            if code == "t":
                return True
            if code == "f":
                return False
            if code == "[":
                made = []
                while (code := next(self.codes)) != "]":
                    made.append(self.value(code))
                return made
            if code == "{":
                made = {}
                while (code := next(self.codes)) != "}":
                    key = next(self.values)
                    made[key] = self.value(code)
                return made
            if code == "b":
                return next(self.values).encode("latin-1")
            if code == "I":
                return int(next(self.values), 16)
            if code == "S":
                return self.call.stream()
            return self.timestamp(next(self.values), next(self.values))

        def timestamp(self, seconds, nanos):
            import datetime

            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            return epoch + datetime.timedelta(seconds=seconds, microseconds=nanos // 1000)

    class Values:
        pass

    made = Values()
    made.__dict__.update(pack=pack, pack_arguments=pack_arguments, Reader=Reader, exact=exact)
    return made


_stoa_values
