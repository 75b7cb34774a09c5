"""Goes every way, whatever became of the ones before, and tells what was found on each."""


def each(*ways):
    found = []
    for way in ways:
        try:
            found.append(shown(way()))
        except BaseException as e:
            found.append(f"{type(e).__name__}: {e} {getattr(e, 'help', '')}")
    return found


def shown(it):
    if isinstance(it, (bytes, bytearray, memoryview)):
        return bytes(it).decode("latin-1")
    try:
        return str(it)
    except BaseException as e:
        return f"{type(it)} {type(e)}"


def paths(world, name="secret.txt"):
    return [f"{folder}/{name}" for folder in world.outside]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, text="x", mode="w"):
    with open(path, mode) as file:
        file.write(text)


def across(world, way, name="secret.txt"):
    """The same way to every place outside."""
    return each(*[lambda path=path: way(path) for path in paths(world, name)])
