import stoa


def call(module, method, *args):
    """Calls a method of a module, and says how that went."""
    try:
        return getattr(stoa.module(module), method)(*args)
    except stoa.Error as e:
        # The message of a missing grant names the command already.
        return f"{e.code}: {e}" + ("" if e.help in str(e) else f" {e.help}")


class Lent:
    def one(self):
        return 1


def lends():
    """An object, and whoever has it can call it."""
    return stoa.ref(Lent())


def heard(pattern, count):
    """Takes the first events of a pattern."""
    for event in stoa.module("events").stream.subscribe(pattern):
        yield event["topic"]
        count -= 1
        if count == 0:
            return
