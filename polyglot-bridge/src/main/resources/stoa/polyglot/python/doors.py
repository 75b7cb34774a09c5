# What a context cannot do by its nature, said in plain words; and which grant a refused file needs.
#
# The engine refuses all of it anyway, but for signals: those belong to the process, so nothing of `_signal` is left that sets or sends one.
def _stoa_doors(host, sys):
    import _imp
    import _io
    import _signal
    import _thread
    import builtins
    import posix

    EPERM, EACCES = 1, 13
    NATIVE = 'give the module placement = "native" in its module.toml'
    THREADS = f"A context has no threads. Write `async def`, or {NATIVE}."
    PROCESSES = "A context starts no programs itself. Use stoa.run(program, ...), which needs the grant run=PROGRAM."
    SOCKETS = "A context has no sockets. Use stoa.fetch(url) or stoa.connect(host, port), which need the grant net=HOST:PORT."
    SIGNALS = "A context has no signals: they belong to the process of its host. Whether a call was cancelled is told by stoa.call.cancelled."
    LINKS = "A context makes no links. Copy the file."
    LIBRARIES = f"A context loads no native code. Use a library in plain Python, or {NATIVE}."
    LOOPS = "A context has an event loop of its own. Write the method as `async def` and await in it; the host runs it."
    PROCESS = "A context is no process of its own, and has no say in that of its host."
    USERS = "A context does not see the users of the machine."
    ENDS = "A context does not end the process of its host. Return, or raise SystemExit."

    def refusing(kind, *given):
        def refused(*_, **__):
            raise kind(*given)

        return refused

    def shut(module, names, kind, *given):
        refused = refusing(kind, *given)
        for name in names.split():
            if hasattr(module, name):
                setattr(module, name, refused)

    # ---- files: the same functions, whose refusals say which grant is missing ----
    def why(e, use, given):
        if e.filename is None and given:
            e.filename = given[0]
        for name in (e.filename, e.filename2):
            if isinstance(name, bytes):
                name = name.decode("utf-8", "replace")
            text = host.why(name, use) if isinstance(name, str) else ""
            if text:
                return text
        return ""

    def explained(f, use):
        """Use: `r` opens a file, `w` changes it, `?` looks whether it is there."""

        def call(_, *given, **named):
            try:
                return f(*given, **named)
            except PermissionError as e:
                e.strerror = why(e, use, given) or e.strerror
                raise
            except FileNotFoundError as e:
                text = f is chdir and why(e, use, given)
                if text:
                    raise PermissionError(EACCES, text, e.filename) from None
                raise

        call.__name__ = call.__qualname__ = f.__name__
        call.__doc__ = f.__doc__
        return Bound(call, f.__name__)  # like a built-in function it does not become a method of a class in which it stands

    Bound = type(why.__get__(sys))
    chdir = posix.chdir

    def keep(module, names, use):
        for name in names.split():
            if hasattr(module, name):
                setattr(module, name, explained(getattr(module, name), use))

    # Imports look for many files; nobody reads why one was refused.
    imports = type(sys)("posix")
    imports.__dict__.update(posix.__dict__)
    sys.modules["_frozen_importlib_external"]._os = imports

    keep(posix, "open listdir scandir chdir", "r")
    keep(posix, "mkdir remove unlink rmdir rename replace truncate utime chmod", "w")
    keep(posix, "stat lstat readlink statvfs", "?")
    keep(_io, "open open_code", "r")
    builtins.open = _io.open

    # ---- what there is not ----
    shut(_signal, "signal siginterrupt", ValueError, SIGNALS)
    shut(_signal, "alarm setitimer raise_signal", OSError, EPERM, SIGNALS)
    shut(_thread, "interrupt_main", RuntimeError, SIGNALS)
    _signal.getsignal = lambda number: 0  # to ask the engine would set it for a moment
    shut(_thread, "start_new_thread start_new", RuntimeError, THREADS)
    shut(posix, "system execv", PermissionError, EPERM, PROCESSES)
    shut(posix, "kill killpg", PermissionError, EPERM, SIGNALS)
    shut(posix, "symlink link", PermissionError, EPERM, LINKS)
    shut(posix, "getppid getpgid getpgrp getsid setpgid setpgrp setsid openpty set_blocking chown fchown lchown", PermissionError, EPERM, PROCESS)
    shut(posix, "_exit", RuntimeError, ENDS)
    shut(_imp, "create_dynamic", ImportError, LIBRARIES)

    def sockets(module):
        class socket:
            __slots__ = ()
            __init__ = refusing(PermissionError, EACCES, SOCKETS)

        socket.__module__ = "_socket"
        module.socket = module.SocketType = socket
        shut(module, "getaddrinfo gethostbyaddr gethostbyname gethostbyname_ex getnameinfo getservbyname getservbyport", PermissionError, EACCES, SOCKETS)

    def loops(asyncio):
        class Policy(asyncio.AbstractEventLoopPolicy):
            get_event_loop = new_event_loop = set_event_loop = refusing(RuntimeError, LOOPS)

        asyncio.set_event_loop_policy(Policy())

    def folders(os):
        def makedirs(name, mode=0o777, exist_ok=False):
            """As os.makedirs, from the innermost folder on: those around what was granted cannot be seen."""
            try:
                os.mkdir(name, mode)
            except FileExistsError:
                if not exist_ok or not os.path.isdir(name):
                    raise
            except FileNotFoundError:
                around = os.path.dirname(os.path.normpath(name))
                if not around:
                    raise
                makedirs(around, exist_ok=True)
                makedirs(name, mode, exist_ok)

        os.makedirs = makedirs

    def temporary(tempfile):
        tempfile.tempdir = host.data() or None

    LATER = {
        "_socket": sockets,
        "asyncio": loops,
        "os": folders,
        "tempfile": temporary,
        "select": lambda module: shut(module, "select", PermissionError, EACCES, SOCKETS),
        "pwd": lambda module: shut(module, "getpwuid getpwnam getpwall", KeyError, USERS),
        "_posixsubprocess": lambda module: shut(module, "fork_exec", PermissionError, EPERM, PROCESSES),
        "faulthandler": lambda module: shut(module, "dump_traceback_later", RuntimeError, THREADS),
        "_crypt": lambda module: shut(module, "crypt", OSError, EPERM, LIBRARIES),
        "_multiprocessing_graalpy": lambda module: shut(module, "_spawn_context", RuntimeError, THREADS),
        "_ctypes": None,
        "_bz2": None,
    }

    class Door:
        """Changes a module when it is imported."""

        def find_spec(self, name, path=None, target=None):
            if name not in LATER:
                return None
            change = LATER[name]
            if change is None:
                raise ImportError(LIBRARIES, name=name)
            for finder in sys.meta_path:
                spec = None if finder is self else finder.find_spec(name, path, target)
                if spec is not None:
                    spec.loader = Changing(spec.loader, change)
                    return spec
            return None

    class Changing:
        def __init__(self, loader, change):
            self._loader = loader
            self._change = change

        def __getattr__(self, name):
            return getattr(self._loader, name)

        def exec_module(self, module):
            self._loader.exec_module(module)
            module.__loader__ = module.__spec__.loader = self._loader
            self._change(module)

    sys.meta_path.insert(0, Door())

    def admit():
        """The module moves in: it sees the variables that were granted."""
        posix.environ.clear()
        for variable in host.environment().split("\0"):
            name, equals, value = variable.partition("=")
            if equals:
                posix.environ[name.encode()] = value.encode()

    return admit


_stoa_doors
