"""`python3 -m stoa.run MODULE_FILE`: serves a Python file as a module of the host that started this process."""
from __future__ import annotations

import os
import signal
import sys
import traceback


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python3 -m stoa.run MODULE_FILE")
    from ._transport import open_transport

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the host, which cancels what it wants to
    transport, token = open_transport()
    path = os.path.abspath(sys.argv[1])
    name = os.environ.get("STOA_MODULE") or _name_of(path)

    from . import _current
    from ._failures import Error
    from ._handshake import greet, refuse
    from ._module import ModuleConnection
    from ._printed import tell_printed
    from ._schema import info_of, methods_of
    from ._server import Server

    server = Server(name)
    connection = ModuleConnection(transport, server)
    if not transport.dials:
        connection.flush()  # a child on stdio says first of all that it speaks the protocol
    _current.use(connection)
    tell_printed(connection)
    try:
        module = _load(name, path)
        server.loaded = True
        server.methods = methods_of(module, server.acceptor)
        info = info_of(name, module, server.methods)
    except BaseException as e:
        traceback.print_exc()
        refuse(connection, _reason(e, path), token)
        connection.exit(1)
    try:
        greet(connection, info, token)
    except Error as e:
        connection.ended(e.message, 1)
    connection.serve()


def _name_of(path: str) -> str:
    folder, file = os.path.split(path)
    stem = os.path.splitext(file)[0]
    return os.path.basename(folder) if stem == "main" else stem


def _load(name: str, path: str):
    """A module called like one of Python's own has another name in sys.modules, so that it does not stand in front of that."""
    from importlib.util import module_from_spec, spec_from_file_location

    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]  # put there by `python3 -m`
    if os.path.basename(path) == "main.py":
        sys.path.insert(0, os.path.dirname(path))
    sys.argv = [path]
    spec = spec_from_file_location("stoa_module_" + name if name in sys.stdlib_module_names else name, path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _reason(error: BaseException, path: str) -> str:
    """`words.py, line 3: ModuleNotFoundError: No module named 'x'`"""
    if isinstance(error, SyntaxError) and error.filename:
        where = f"{os.path.basename(error.filename)}, line {error.lineno}: "
        return f"{where}{type(error).__name__}: {error.msg}"
    from ._failures import _frames

    frames = _frames(error.__traceback__)
    where = f"{frames[0]['file']}, line {frames[0]['line']}: " if frames else f"{os.path.basename(path)}: "
    return f"{where}{type(error).__name__}: {error}"


if __name__ == "__main__":
    main()
