import io
import os
import sys

import stoa

from .ways import across, each, paths, read, shown, write


def by_path(world):
    return across(world, read)


def by_handle(world):
    def low(path):
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        try:
            return os.read(handle, 1000)
        finally:
            os.close(handle)

    def from_folder(path):
        folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
        return os.read(os.open("secret.txt", os.O_RDONLY, dir_fd=folder), 1000)

    return across(world, low) + across(world, from_folder)


def accounts(world):
    return each(
        lambda: read("/etc/passwd"),
        lambda: stoa.read("/etc/passwd"),
        lambda: read("/etc/shadow"),
        lambda: stoa.read("/etc/shadow"),
        lambda: __import__("spwd").getspall(),
    )


def by_dots(world):
    up = "../" * 20
    return each(
        lambda: read(up + world.outside[0][1:] + "/secret.txt"),
        lambda: read(f"{world.own}/{up}{world.outside[0]}/secret.txt"),
        lambda: read(f"{world.own}/doors/../{up}{world.outside[0]}/secret.txt"),
        lambda: read(f"{world.own}/nothing/../../{up}{world.outside[0]}/secret.txt"),
        lambda: os.chdir(world.outside[0]) or read("secret.txt"),
        lambda: stoa.read(up + world.outside[0][1:] + "/secret.txt"),
    )


def by_shipped_link(world):
    links = [f"{world.own}/leak.txt", f"{world.own}/leak-folder/secret.txt", f"{world.own}/leak-folder/../secret.txt"]
    return each(
        *[lambda link=link: read(link) for link in links],
        *[lambda link=link: stoa.read(link) for link in links],
        lambda: os.listdir(f"{world.own}/leak-folder"),
        lambda: os.readlink(f"{world.own}/leak.txt") and "a link",
    )


def by_made_link(world):
    def way(path):
        link = f"{world.data}/made-{len(path)}"
        os.symlink(path, link)
        return each(lambda: read(link), lambda: stoa.read(link))

    return across(world, way)


def by_hard_link(world):
    def way(path):
        link = f"{world.data}/hard-{len(path)}"
        os.link(path, link)
        return each(lambda: read(link), lambda: stoa.read(link))

    return across(world, way)


def by_race(world):
    """A file and a link change places, as fast as they can, while the host is asked for it."""
    import threading
    import time

    path, end, found = f"{world.data}/raced", time.monotonic() + 0.7, set()
    write(path, "mine")

    def swap():
        while time.monotonic() < end:
            os.symlink(f"{world.outside[0]}/secret.txt", path + "-link")
            os.rename(path + "-link", path)
            write(path + "-file", "mine")
            os.rename(path + "-file", path)

    thread = threading.Thread(target=swap, daemon=True)
    thread.start()
    while time.monotonic() < end:
        found.update(each(lambda: stoa.read("raced"), lambda: stoa.write("raced", "mine"), lambda: read(path)))
    thread.join()
    return sorted(found)


def by_folder_race(world):
    """A folder and a link to a folder change places on the way to a file."""
    import shutil
    import threading
    import time

    path, end, found = f"{world.data}/way", time.monotonic() + 0.7, set()
    os.makedirs(path + "-folder", exist_ok=True)
    write(path + "-folder/secret.txt", "mine")
    os.symlink(world.outside[0], path + "-link")

    def swap():
        while time.monotonic() < end:
            for other in ("-folder", "-link"):
                try:
                    os.rename(path + other, path)
                    os.rename(path, path + other)
                except OSError:
                    shutil.rmtree(path, ignore_errors=True)

    thread = threading.Thread(target=swap, daemon=True)
    thread.start()
    while time.monotonic() < end:
        found.update(each(lambda: stoa.read("way/secret.txt"), lambda: stoa.write("way/marker-raced", "x"), lambda: stoa.write("way/new/marker-raced", "x")))
    thread.join()
    return sorted(found)


def own_process(world):
    return each(
        *[lambda file=file: read(f"/proc/self/{file}") for file in ("environ", "maps", "cmdline", "status", "mountinfo")],
        *[lambda path=path: read(f"/proc/self/root{path}") for path in paths(world)],
        *[lambda path=path: read(f"/proc/thread-self/root{path}") for path in paths(world)],
        lambda: read(f"/proc/self/cwd/{'../' * 20}{world.outside[0]}/secret.txt"),
        lambda: stoa.read("/proc/self/environ"),
        lambda: stoa.read(f"/proc/self/root{world.outside[0]}/secret.txt"),
        lambda: stoa.read(f"/proc/{world.host}/environ"),
    )


def other_processes(world):
    parent = os.getppid() if hasattr(os, "getppid") else 1
    return each(
        *[lambda pid=pid: read(f"/proc/{pid}/environ") for pid in (1, parent, world.host, world.victim)],
        *[lambda pid=pid, path=path: read(f"/proc/{pid}/root{path}") for pid in (1, parent, world.host, world.victim) for path in paths(world)],
        lambda: read(f"/proc/{world.victim}/cwd/secret.txt"),
    )


def other_memory(world):
    """A secret stands in the memory of a process outside."""

    def search(pid):
        found = []
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                span, rights = line.split()[:2]
                begin, end = (int(n, 16) for n in span.split("-"))
                if rights.startswith("rw") and end - begin < 20_000_000 and "[v" not in line:
                    memory.seek(begin)
                    text = memory.read(end - begin)
                    at = text.find(b"SECRET-OF-VICTIM-")
                    if at >= 0:
                        found.append(text[at : at + 60])
        return found

    return each(lambda: search(world.victim), lambda: search(world.host))


def by_descriptor(world):
    """What the host has open when it starts a process."""
    import stat

    def all_open():
        found = []
        for number in range(3, 200):
            try:
                if stat.S_ISREG(os.fstat(number).st_mode):
                    found.append(os.pread(number, 200, 0))
            except OSError:
                pass
        return found

    return each(all_open)


def listing(world):
    folders = [*world.outside, f"{world.home}/data", f"{world.home}/modules", world.user, world.temporary]
    return each(
        *[lambda folder=folder: os.listdir(folder) for folder in folders],
        *[lambda folder=folder: list(os.scandir(folder)) for folder in folders],
        lambda: [entry for entry in os.walk(world.outside[0])],
        lambda: __import__("glob").glob(f"{world.outside[0]}/*"),
        lambda: list(__import__("pathlib").Path(world.outside[0]).iterdir()),
    )


def telling(world):
    """What is there and what is not must fail alike."""

    def words(name):
        path = f"{world.outside[0]}/{name}"
        found = each(lambda: os.stat(path).st_size, lambda: read(path), lambda: os.path.exists(path), lambda: os.path.isfile(path), lambda: os.access(path, os.R_OK), lambda: stoa.read(path))
        return [text.replace(name, "x") for text in found]

    there, missing = words("secret.txt"), words("missing.txt")
    return "alike" if there == missing else [world.won, there, missing]


def writing(world):
    return across(world, write, "marker-writing") + across(world, lambda path: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)), "marker-open")


def writing_by_link(world):
    return each(
        lambda: write(f"{world.own}/leak-folder/marker-by-link"),
        lambda: stoa.write(f"{world.own}/leak-folder/marker-by-link", "x"),
        lambda: os.symlink(world.outside[0], f"{world.data}/way-out"),
        lambda: os.symlink(f"{world.outside[0]}/marker-dangling", f"{world.data}/dangling"),
        lambda: write(f"{world.data}/way-out/marker-by-link"),
        lambda: write(f"{world.data}/dangling"),
        lambda: stoa.write("way-out/marker-by-link", "x"),
        lambda: stoa.write("dangling", "x"),
        lambda: stoa.write("dangling", "x", append=True),
    )


def changing(world):
    def way(path):
        folder = os.path.dirname(path)
        return each(
            lambda: write(path, "x", "a"),
            lambda: os.truncate(path, 0),
            lambda: os.chmod(path, 0o777),
            lambda: os.utime(path, (1, 1)),
            lambda: os.rename(path, f"{folder}/marker-renamed"),
            lambda: os.replace(path, f"{folder}/marker-replaced"),
            lambda: __import__("shutil").copy(path, f"{folder}/marker-copied"),
            lambda: os.mkdir(f"{folder}/marker-folder"),
            lambda: os.remove(path),
        )

    return across(world, way)


def own_source(world):
    """It would be another module after its next start."""
    return each(
        lambda: write(f"{world.own}/marker_own.py"),
        lambda: write(f"{world.own}/main.py", "\n", "a"),
        lambda: write(f"{world.own}/module.toml", 'grants = { read = ["/"] }\n'),
        lambda: os.mkdir(f"{world.own}/__pycache__") or "a place for code",
        lambda: stoa.write(f"{world.own}/marker_own.py", "x"),
        lambda: stoa.write(f"{world.own}/main.py", "", append=True),
        lambda: stoa.write("../../modules/marker_own.py", "x"),
    )


def other_modules_files(world):
    vault = f"{world.home}/modules/vault"
    return each(
        lambda: read(f"{vault}/main.mjs"),
        lambda: read(f"{vault}/note.txt"),
        lambda: read(f"{world.own}/../vault/note.txt"),
        lambda: stoa.read(f"{vault}/note.txt"),
        lambda: stoa.read("../../modules/vault/note.txt"),
    )


def other_modules_data(world):
    kept = f"{world.home}/data/vault"
    return each(
        lambda: read(f"{kept}/kept.txt"),
        lambda: read("../vault/kept.txt"),
        lambda: write(f"{kept}/marker-data"),
        lambda: stoa.read(f"{kept}/kept.txt"),
        lambda: stoa.read("../vault/kept.txt"),
        lambda: stoa.write("../vault/marker-data", "x"),
    )


def new_module(world):
    modules = f"{world.home}/modules"
    return each(
        lambda: write(f"{modules}/marker.py", "def run(): return 1\n"),
        lambda: os.mkdir(f"{modules}/marker-module"),
        lambda: stoa.write(f"{modules}/marker.py", "def run(): return 1\n"),
        lambda: write(f"{modules}/vault/main.mjs", "\n", "a"),
        lambda: os.rename(f"{modules}/vault", f"{modules}/marker-vault"),
    )


def grants_file(world):
    ways = []
    for name in ("grants.toml", "stoa.toml"):
        path = f"{world.home}/{name}"
        ways += [
            lambda path=path: read(path),
            lambda path=path: write(path, "\n", "a"),
            lambda path=path: os.rename(path, path.replace(name, "marker-" + name)),
            lambda path=path: stoa.read(path),
            lambda path=path: stoa.write(path, "\n", append=True),
            lambda name=name: stoa.read("../../" + name),
        ]
    return each(*ways)


def users_home(world):
    path = f"{world.user}/{world.userFile}"
    return each(lambda: read(path), lambda: stoa.read(path), lambda: stoa.read("~/" + world.userFile), lambda: read(os.path.expanduser("~/" + world.userFile)), lambda: read(os.path.expanduser("~root/" + world.userFile)))


def as_code(world):
    import importlib.machinery
    import importlib.util
    import runpy

    def loaded(path):
        spec = importlib.util.spec_from_file_location("secret_code", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.SECRET

    def by_search(path):
        sys.path.insert(0, os.path.dirname(path))
        try:
            sys.modules.pop("secret", None)
            sys.path_importer_cache.clear()
            return __import__("secret").SECRET
        finally:
            del sys.path[0]

    def by_package(path):
        import doors

        doors.__path__.append(os.path.dirname(path))
        try:
            return importlib.import_module("doors.secret").SECRET
        finally:
            doors.__path__.pop()

    ways = [loaded, by_search, by_package, lambda path: runpy.run_path(path)["SECRET"], lambda path: importlib.machinery.SourceFileLoader("a", path).load_module().SECRET]
    return each(*[lambda way=way: across(world, way, "secret.py") for way in ways])


def as_archive(world):
    import zipimport

    def searched(path):
        sys.path.insert(0, path)
        try:
            sys.modules.pop("packed", None)
            return __import__("packed").SECRET
        finally:
            del sys.path[0]

    return (
        across(world, lambda path: zipimport.zipimporter(path).load_module("packed").SECRET, "secret.zip")
        + across(world, searched, "secret.zip")
        + across(world, lambda path: __import__("zipfile").ZipFile(path).read("packed.py"), "secret.zip")
    )


def other_openers(world):
    import codecs
    import configparser
    import fileinput
    import linecache
    import tokenize

    path = paths(world)[0]
    code = paths(world, "secret.py")[0]

    def mapped():
        import mmap

        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)[:]

    return each(
        lambda: io.open_code(path).read(),
        lambda: io.FileIO(path).readall(),
        lambda: codecs.open(path).read(),
        lambda: linecache.getlines(code),
        lambda: list(fileinput.input(path)),
        lambda: tokenize.open(code).read(),
        lambda: configparser.ConfigParser().read(path),
        mapped,
        lambda: __loader__.get_data(path),
        lambda: os.__loader__.get_data(path),
        lambda: __import__("importlib.resources").resources.files("os"),
        lambda: __import__("pkgutil").get_data("doors", "../../../../../../../.." + path),
        lambda: __import__("sqlite3").connect(path).execute("select 1"),
        lambda: __import__("dbm").open(path),
        lambda: __import__("shelve").open(path),
        lambda: __import__("ssl").create_default_context(cafile=path),
        lambda: __import__("lzma").open(path).read(),
        lambda: __import__("tarfile").open(path),
        lambda: __import__("urllib.request").request.urlopen("file://" + path).read(),
        lambda: __import__("filecmp").cmp(path, path) and world.won,
        lambda: __import__("py_compile").compile(code, cfile=f"{world.outside[0]}/marker-compiled", doraise=True),
        lambda: __import__("traceback").format_exception(SyntaxError("x", (path, 1, 1, "x"))),
        lambda: exec(compile("raise ValueError", code, "exec")),
    )


def odd_names(world):
    path = paths(world)[0]

    class Changing:
        """Another path each time that it is asked."""

        asked = 0

        def __fspath__(self):
            self.asked += 1
            return f"{world.own}/main.py" if self.asked % 2 else path

    class Text(str):
        def __eq__(self, other):
            return True

        def __str__(self):
            return f"{world.own}/main.py"

        def startswith(self, *_):
            return True

        __hash__ = str.__hash__

    one = Changing()
    return each(
        lambda: read(one),
        lambda: read(one),
        lambda: read(Text(path)),
        lambda: read(path.encode()),
        lambda: read(path + "\0"),
        lambda: read(f"{world.own}/main.py\0{path}"),
        lambda: read("//" + path),
        lambda: read("/." * 2000 + path),
        lambda: read("file://" + path),
        lambda: read(path.replace("e", "\u0435")),
        lambda: open(path, opener=lambda name, flags: os.open(path, flags)).read(),
        lambda: stoa.read(Text(path)),
        lambda: stoa.read(path + "\0"),
        lambda: stoa.read("file://" + path),
        lambda: stoa.read(f"{world.data}/./.././../data/{'../' * 20}{path}"),
        lambda: stoa.read(""),
        lambda: stoa.read("/"),
    )


def temporary(world):
    """Everybody's temporary folders would be a way from one module to another."""
    import tempfile

    def named(folder):
        with tempfile.NamedTemporaryFile(prefix=world.marker, dir=folder, delete=False) as file:
            return file.name and ""

    return each(
        lambda: read(f"{world.temporary}/secret.txt"),
        lambda: write(f"{world.temporary}/marker-temporary"),
        lambda: named("/tmp"),
        lambda: named("/var/tmp"),
        lambda: named("/dev/shm"),
        lambda: named(None),
    )


def devices(world):
    names = ["/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore", "/dev/sda", "/dev/vda", "/dev/kmsg", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern"]

    def way(name):
        os.close(os.open(name, os.O_RDWR))
        return [world.won, name]

    return each(*[lambda name=name: way(name) for name in names], lambda: stoa.read("/dev/zero"), lambda: stoa.write("/dev/null", "x"))


def made_device(world):
    """The disk of the machine under another name."""

    def way(major, minor):
        name = f"{world.data}/disk-{major}-{minor}"
        os.mknod(name, 0o600 | 0o060000, os.makedev(major, minor))
        return [world.won, name, shown(read(name)[:16])]

    return each(lambda: way(8, 0), lambda: way(254, 0), lambda: os.mkfifo(f"{world.outside[0]}/marker-pipe"))


def library(world):
    """Python's library, which all contexts read: through it out of the jail, and into all others."""
    return each(
        lambda: read(f"{world.library}/{'../' * 20}{paths(world)[0]}"),
        lambda: read(os.path.dirname(os.__file__) + "/" + "../" * 20 + paths(world)[0]),
        lambda: os.listdir(os.path.dirname(os.__file__) + "/../../../.."),
        lambda: write(os.__file__, "\n", "a"),
        lambda: write(os.path.dirname(os.__file__) + "/marker_library.py"),
        lambda: write(f"{world.library}/marker-library"),
        lambda: os.symlink(world.outside[0], os.path.dirname(os.__file__) + "/marker-link"),
        lambda: stoa.write(f"{world.library}/marker-library", "x"),
    )


def sdk(world):
    """The SDK that all native modules of a language run under."""
    return each(
        lambda: write(f"{world.sdk}/python/stoa/marker_sdk.py"),
        lambda: write(f"{world.sdk}/python/stoa/run.py", "", "a"),
        lambda: stoa.write(f"{world.sdk}/python/marker-sdk", "x"),
    )


def start_files(world):
    """What the next Python of this user would run first."""
    import site

    def way(folder, name):
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, world.marker + name)
        write(path)
        os.remove(path)
        return [world.won, path]

    return each(
        lambda: way(os.path.join(world.user, ".local/lib/python3.11/site-packages"), ".pth"),
        lambda: way(site.getsitepackages()[0], ".pth"),
        lambda: way("/etc/cron.d", ""),
        lambda: way("/etc/ld.so.conf.d", ".conf"),
        lambda: way("/usr/local/bin", ""),
        lambda: way(world.user, ".profile"),
    )


def stoa_read(world):
    return stoa.read(f"{world.outside[0]}/secret.txt")


def stoa_lines(world):
    return list(stoa.lines(f"{world.outside[0]}/secret.txt"))


def stoa_csv(world):
    return list(stoa.csv(f"{world.outside[0]}/secret.txt"))


def stoa_json(world):
    return stoa.json(f"{world.outside[0]}/secret.json")


def stoa_write(world):
    return stoa.write(f"{world.outside[0]}/marker-facade", "x")


def plain_open(world):
    return read(f"{world.outside[0]}/secret.txt")


def plain_create(world):
    return write(f"{world.outside[0]}/marker-create")
