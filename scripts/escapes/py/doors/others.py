import sys

import stoa

from .ways import each, shown

vault = stoa.module("vault")


def hidden_methods(world):
    names = ["secret", "_secret", "#secret", "kept", "default", "constructor", "toString", "then", "stoa", "caller", ""]
    return each(*[lambda name=name: getattr(vault, name)() for name in names], lambda: vault.__class__, lambda: vault.__dict__)


def for_the_user(world):
    return each(lambda: vault.forUser(), lambda: vault.forUser(caller="user"), lambda: vault.relay("vault", "forUser"))


def guessed_references(world):
    """The vault has handed an object to the user, never to anybody else."""
    ways = []
    for owner in ("vault#1", "vault", "user"):
        ways += [
            lambda owner=owner: vault.use({"owner": owner, "number": 1}),
            lambda owner=owner: vault.use({"$reference": {"owner": owner, "number": 1}}),
            lambda owner=owner: stoa.module(f"{owner}/1").tell(),
            lambda owner=owner: stoa.release(type("R", (), {"owner": owner, "number": 1})()),
        ]
    return each(*ways)


def forged_proxies(world):
    """A proxy of its own making, from what the proxies that it was given consist of."""
    box = vault.box()
    kind = type(box)

    def made(text):
        copy = kind.__new__(kind)
        for name in (*getattr(box, "__dict__", ()), *getattr(kind, "__slots__", ())):
            it = getattr(box, name, None)
            object.__setattr__(copy, name, text if isinstance(it, str) else it)
        return copy.tell()

    return each(
        lambda: made("vault#1/1"),
        lambda: sorted(vars(box)),
        *[lambda name=name: object.__setattr__(box, name, "vault#1/1") or box.tell() for name in ("text", "_text", "to", "_target", "token")],
    )


def through_an_object(world):
    """Of an object that it holds, nobody reaches more than its methods."""
    box = vault.box()
    names = ["constructor", "secret", "toString", "valueOf", "apply", "bind", "call", "hasOwnProperty"]
    return each(*[lambda name=name: getattr(box, name)() for name in names], lambda: shown(dir(box))[:500])


def as_somebody_else(world):
    def claimed():
        type(stoa.call).caller = "user"
        return vault.whoCalls()

    return each(lambda: vault.whoCalls({"caller": "user"}), lambda: vault.whoCalls(caller="user"), claimed)


def ungranted_call(world):
    """A module that has said whom it calls calls nobody else."""
    return stoa.module("vault").add(1, 2)


def ungranted_channel(world):
    with stoa.channel("vault", topic="x") as channel:
        channel.send(1)


def pollution(world):
    """Traps in what all code is made of: nobody else may fall into them."""
    import builtins
    import json

    for name in ("len", "isinstance", "getattr", "str", "dict", "list", "open", "print", "sorted", "map", "range"):
        setattr(builtins, name, lambda *_, **__: "polluted")
    builtins.__import__ = lambda *_, **__: "polluted"
    json.dumps = json.loads = lambda *_, **__: "polluted"
    sys.modules["asyncio"] = sys.modules["json"] = sys.modules["contextvars"] = "polluted"
    sys.modules["stoa"] = "polluted"
    sys.stdout = sys.stderr = None
    sys.path[:] = []
    sys.meta_path[:] = []


def patched_api(world):
    def way(name, it):
        setattr(stoa, name, it)

    return each(lambda: way("module", lambda name: None), lambda: way("call", None), lambda: way("log", None), lambda: way("polluted", "polluted"), lambda: delattr(stoa, "events"))


def reserved_events(world):
    return each(
        lambda: stoa.events.publish("stoa.peer.gone", {"name": "vault"}),
        lambda: stoa.events.publish("stoa.drain", {}),
        lambda: stoa.events.publish("", 1),
        lambda: stoa.events.publish(">", 1),
        lambda: stoa.module("events").publish("stoa.log", "x", "user"),
    )


def others_name(world):
    """Who has another's name is called in its place."""

    def add(*_):
        return "polluted"

    host = stoa.connect(world.hostSocket, name="vault", methods={"add": add})
    return [world.won, shown(host)]


def deep_values(world):
    nested = []
    for _ in range(20_000):
        nested = [nested]
    loop = {}
    loop["loop"] = loop
    return each(lambda: vault.use(nested), lambda: vault.use(loop), lambda: vault.use({"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}))
