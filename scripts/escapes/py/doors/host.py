import gc
import os
import socket
import sys
import types

import stoa

from .ways import each, shown

touch = "new java.io.File('{}/marker-java').createNewFile()"


def java_types(world):
    def by_java(name):
        import java

        return java.type(name)

    return each(
        lambda: by_java("java.lang.System").getenv(),
        lambda: by_java("java.lang.Runtime").getRuntime().exec("touch marker"),
        lambda: by_java("java.nio.file.Files").readString(by_java("java.nio.file.Path").of(f"{world.outside[0]}/secret.txt")),
        lambda: __import__("java.lang.System"),
        lambda: __import__("java.util"),
        lambda: __import__("jarray"),
        lambda: __import__("java").add_to_classpath("/"),
        lambda: __import__("java").instanceof(1, 1),
    )


def polyglot(world):
    def module():
        import polyglot

        return polyglot

    return each(
        lambda: module().eval(language="js", string="Java.type('java.lang.System').getenv()"),
        lambda: module().eval(language="js", string=touch.format(world.outside[0])),
        lambda: module().eval(language="python", string="1"),
        lambda: module().eval(language="nfi", string="default"),
        lambda: module().eval(language="llvm", string="x"),
        lambda: module().eval(language="regex", string="/x/"),
        lambda: module().eval(path=f"{world.outside[0]}/secret.py", language="python"),
        lambda: module().import_value("secret"),
        lambda: module().export_value("secret", 1),
        lambda: module().storage(b"x"),
        lambda: [name for name in dir(module()) if "java" in name.lower()] and "",
    )


def interpreter(world):
    """What GraalPy has for itself."""

    def module():
        import __graalpython__

        return __graalpython__

    return each(
        lambda: sorted(dir(module())),
        lambda: module().extend("x"),
        lambda: module().read_file(f"{world.outside[0]}/secret.txt"),
        lambda: module().builtin(len),
        lambda: module().tdebug(1),
        lambda: module().java_assert(),
        lambda: module().get_graalvm_version(),
        lambda: module().set_storage_strategy([], "x"),
        lambda: __import__("_nativeimage"),
        lambda: __import__("_sysconfig"),
        lambda: __import__("__graalpython__").context.getEnv(),
        lambda: module().dump_heap(f"{world.outside[0]}/marker-heap"),
        lambda: __import__("_sulong"),
        lambda: __import__("_polyglot_datetime"),
    )


def subclasses(world):
    """Every class that there is, and the modules behind their methods."""
    found = []
    for kind in object.__subclasses__():
        for name in ("__init__", "__call__", "load_module", "get_data", "_handle"):
            scope = getattr(getattr(kind, name, None), "__globals__", None)
            if scope is None:
                continue
            for module in ("os", "sys", "posix", "_os", "subprocess", "_io"):
                if module in scope:
                    found += each(lambda: getattr(scope[module], "popen")(f"touch {world.outside[0]}/marker-sub").read(), lambda: scope[module].open(f"{world.outside[0]}/secret.txt"), lambda: scope["__builtins__"]["open"](f"{world.outside[0]}/secret.txt").read())
    return found[-20:]


def scopes(world):
    """From the functions that the host gave to the scopes that they live in."""
    found = []
    for it in (stoa.module, stoa.write, stoa.lines, stoa.log.info, stoa.aio.module, sys.stdout.write, stoa.release, stoa.accept):
        code = getattr(it, "__func__", it)
        found += each(lambda: sorted(code.__globals__), lambda: [shown(cell.cell_contents)[:200] for cell in code.__closure__ or ()], lambda: code.__builtins__["open"](f"{world.outside[0]}/secret.txt").read())
    return found


def host_objects():
    """All that came from the host and can be found by going up the stack and through the closures."""
    found, frame = {}, sys._getframe()
    while frame is not None:
        found.update({name: it for name, it in frame.f_locals.items() if name in ("host", "part", "outgoing", "shared", "hosted")})
        frame = frame.f_back
    for start in (stoa.write, stoa.module, stoa.lines, stoa.log.info):
        todo = [getattr(start, "__func__", start)]
        for _ in range(200):
            if not todo:
                break
            f = todo.pop()
            for name, cell in zip(getattr(getattr(f, "__code__", None), "co_freevars", ()), getattr(f, "__closure__", None) or ()):
                try:
                    it = cell.cell_contents
                except ValueError:
                    continue
                if name in ("host", "part", "outgoing", "shared"):
                    found[name] = it
                if callable(it) and hasattr(it, "__closure__"):
                    todo.append(it)
    return found


def frames(world):
    """Up the stack to the boot script: its functions are no way to the host."""
    found = host_objects()
    return each(
        lambda: sorted(found),
        *[
            lambda it=it, name=name: shown(getattr(it, name))
            for it in found.values()
            for name in ("getClass", "class", "__class__", "cell", "guest", "functions", "evaluate", "incomplete", "jail", "context")
        ],
        lambda: found["part"]("../javascript/boot"),
        lambda: found["part"]("../../../../../../../../../../../../.." + world.outside[0] + "/secret"),
        lambda: found["host"].part("x"),
    )


def host_functions(world):
    """The functions of the host, called as nobody meant it."""
    host = host_objects().get("host")
    if host is None:
        return "none found"
    odd = [None, -1, 0, 1, 2**40, 2**70, 1.5, float("nan"), "x", b"x", [], {}, object(), len]
    names = "returned item end threw later taken waitItem loaded refused deadline cancelled caller lets open credit give giveEnd drop export revoke release say timer clearTimer random part folder".split()
    found = []
    for name in names:
        function = getattr(host, name, None)
        if function is None:
            continue
        for given in [(), *[(one,) for one in odd], (0, "x"), (-1, "", None), (2**40, 1, "stoa", "stop", 0, "[t]{}", "x")]:
            if name in ("timer", "waitItem") or (name == "random" and given and isinstance(given[0], (int, float)) and given[0] > 1000):
                continue
            found += each(lambda: function(*given))
    return sorted(set(found))[:50]


def host_memory(world):
    """A great deal at once, made by the host itself."""
    host = host_objects().get("host")
    return each(lambda: len(host.random(2**31 - 1)), lambda: len(host.random(-1)), lambda: len(host.random(600_000_000)))


def as_the_user(world):
    """Calls with the host's own function, which no argument makes anybody else's."""
    host = host_objects().get("host")
    return each(
        lambda: host.open(2**40, 0, "stoa", "stop", 0, "[b]{}", True),
        lambda: host.open(2**40 + 1, 1, "stoa", "unload", 0, "[t]{}", "vault"),
        lambda: host.open(2**40 + 2, 0, "vault", "forUser", 0, "[]{}"),
        lambda: host.caller(0),
        lambda: host.open(2**40 + 3, -5, "stoa", "grant", 3, "[t]{}", world.name),
    )


def trash(world):
    """All objects, for those that belong to somebody else."""
    return each(
        lambda: [shown(it)[:100] for it in gc.get_objects() if "stoa" in type(it).__module__][:50],
        lambda: gc.get_referrers(stoa)[:5],
        lambda: gc.get_referents(sys._getframe())[:5],
        lambda: [shown(it)[:200] for it in gc.get_objects() if isinstance(it, str) and "SECRET-OF" in it][:5],
    )


def byte_code(world):
    """Instructions that no compiler would write."""

    def changed():
        def f():
            return 1

        f.__code__ = f.__code__.replace(co_code=bytes(range(256)) * 4, co_consts=(), co_names=(), co_stacksize=1)
        return f()

    def borrowed():
        def f():
            return open

        return types.FunctionType(f.__code__, {"__builtins__": {}})()

    def unmarshalled(text):
        import marshal

        return marshal.loads(text)

    return each(
        changed,
        borrowed,
        lambda: types.CodeType(0, 0, 0, 0, 1000, 0, b"\xff" * 100, (), (), (), "f", "f", "f", 1, b"", b"")(),
        lambda: unmarshalled(b"c" + b"\xff" * 200),
        lambda: unmarshalled(b"\xdb" * 50),
        lambda: exec(unmarshalled(b"c" + bytes(range(256)))),
    )


def pickled(world):
    import pickle

    class Way:
        def __reduce__(self):
            return os.system, (f"touch {world.outside[0]}/marker-pickle",)

    return each(
        lambda: pickle.loads(pickle.dumps(Way())),
        lambda: pickle.loads(b"cposix\nsystem\n(S'touch " + world.outside[0].encode() + b"/marker-pickle'\ntR."),
        lambda: pickle.loads(b"cbuiltins\nopen\n(S'" + world.outside[0].encode() + b"/secret.txt'\ntR."),
    )


def imports(world):
    """Modules that are not to be had, by every way in."""
    import importlib

    names = ["_posixsubprocess", "ctypes", "_ctypes", "polyglot", "java", "__graalpython__", "_winapi", "resource", "fcntl", "mmap", "termios", "_testinternalcapi", "grp", "pwd", "syslog", "_stoa", "stoa.boot", "stoa._server"]
    return each(
        *[lambda name=name: importlib.import_module(name) and "" for name in names],
        lambda: sys.modules["posix"].system(f"touch {world.outside[0]}/marker-posix"),
        lambda: importlib.reload(sys.modules["posix"]).system(f"touch {world.outside[0]}/marker-reload"),
        lambda: sys.meta_path[0].find_spec("posix").loader.load_module("posix").open(f"{world.outside[0]}/secret.txt", 0),
        lambda: __import__("builtins").open(f"{world.outside[0]}/secret.txt").read(),
        lambda: __builtins__["open"](f"{world.outside[0]}/secret.txt").read(),
        lambda: __import__("_io").open(f"{world.outside[0]}/secret.txt").read(),
        lambda: __import__("_pyio").open(f"{world.outside[0]}/secret.txt").read(),
    )


def tracing(world):
    """Sees every frame that runs in this interpreter from now on."""
    seen = set()

    def watch(frame, event, what):
        seen.update(name for name in frame.f_locals if name in ("host", "hosted"))
        return watch

    sys.settrace(watch)
    try:
        stoa.module("vault").add(1, 2)
    finally:
        sys.settrace(None)
    host = host_objects().get("host")
    return each(lambda: sorted(seen), lambda: host.getClass(), lambda: sys.setprofile(watch), lambda: sys.setprofile(None), lambda: sys.addaudithook(lambda *_: None))


def host_errors(world):
    """Errors that the host made."""

    def caught(way):
        try:
            return way()
        except BaseException as e:
            trace, found = e.__traceback__, [shown(getattr(e, name, "")) for name in ("getClass", "getCause", "getStackTrace", "cause", "java_exception")]
            while trace is not None:
                found += [name for name in trace.tb_frame.f_locals if name == "host"]
                trace = trace.tb_next
            return found

    host = host_objects().get("host")
    return each(
        lambda: caught(lambda: host.open(None)),
        lambda: caught(lambda: host.part("nothing")),
        lambda: caught(lambda: stoa.module("vault").none()),
        lambda: caught(lambda: stoa.module(7)._x()),
    )


def replaced(world):
    """What boot scripts look up by name is replaced, to see what they hand over."""
    import builtins

    caught, undo = set(), {}

    def keep(name, real):
        def spy(*given, **named):
            caught.update(name for one in given if "ForeignObject" in str(type(one)) or "proxy" in str(type(one)).lower())
            return real(*given, **named)

        return spy

    for name in ("isinstance", "len", "getattr", "hasattr", "iter", "str", "repr", "print", "callable", "id", "map", "zip"):
        undo[name] = getattr(builtins, name)
    try:
        for name, real in undo.items():
            if not isinstance(real, type):
                setattr(builtins, name, keep(name, real))
        stoa.module("vault").add(1, 2)
        list(stoa.module("vault").numbers(2))
        print("x", {"a": 1})
    except BaseException as e:
        caught.add(str(e))
    finally:
        for name, real in undo.items():
            setattr(builtins, name, real)
    return sorted(caught)


# ---- what only the user may do ----


def user(method, *given):
    return getattr(stoa.module("stoa"), method)(*given)


def stop(world):
    return user("stop", True)


def unload(world):
    return user("unload", "vault")


def reload(world):
    return user("reload", "vault")


def grant_itself(world):
    return user("grant", world.name, ["read=/", "run=sh", f"net=127.0.0.1:{world.port}"])


def revoke_others(world):
    return user("revoke", "vault")


def pin_others(world):
    return user("pin", "vault")


def looking(world):
    return each(
        lambda: user("status"),
        lambda: user("references"),
        lambda: user("why", "vault"),
        lambda: user("audit", "vault"),
        lambda: user("grants"),
        lambda: user("wanted", 0),
        lambda: next(iter(stoa.module("stoa").stream.logs())),
    )


def odd_methods(world):
    names = ["__proto__", "__class__", "__init__", "", "stop ", "STOP", "stop\0", "stoa.stop", "trust", "echo", "exit"]
    return each(*[lambda name=name: user(name, True) for name in names])


def through_others(world):
    return each(lambda: stoa.module("vault").relay("stoa", "stop", True), lambda: stoa.one_way("stoa").stop(True), lambda: list(stoa.module("stoa").stream.stop(True)))


def host_socket(world):
    """A visitor has the rights of the user."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
        talk.settimeout(0.5)
        talk.connect(world.hostSocket)
        return world.won


def sockets_found(world):
    """Every socket that has a name, in the places where hosts keep theirs."""
    found = []
    for folder in ("/tmp", "/run", "/var/run", f"/run/user/{os.getuid()}", world.home, os.path.dirname(world.hostSocket), os.path.dirname(world.unix)):
        for root, _, names in os.walk(folder):
            if root.count("/") > 6:
                continue
            for name in names:
                if name.endswith((".sock", "socket")) or name == "s" or "stoa" in root:
                    found += each(lambda: socket.socket(socket.AF_UNIX).connect(f"{root}/{name}"))
    return sorted(set(found))
