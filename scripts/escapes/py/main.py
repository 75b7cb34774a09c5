import importlib
from types import SimpleNamespace


def attempt(door: str, name: str, world: dict):
    """Tries to get through a door: the file in `doors/`, and the function in it. `world` is what an attacker would find out, see the README."""
    way = getattr(importlib.import_module("doors." + door), name, None)
    if way is None:
        raise LookupError(f"no attempt {door}.{name}")
    return way(SimpleNamespace(**world))


def sound(value):
    """Tells whether it still works as it should."""
    return [value, [n * 2 for n in (1, 2, 3)], {"a": {"b": "c"}}, ",".join(map(str, (1, 2))), "abc".index("b")]


def again(to, depth):
    return depth
