import stoa


def call(module, method, *args):
    """Calls a method of a module, and says how that went."""
    try:
        return getattr(stoa.module(module), method)(*args)
    except stoa.Error as e:
        return f"{e.code}: {e} {e.help}"


def heard(pattern, count):
    """Takes the first events of a pattern."""
    for event in stoa.module("events").stream.subscribe(pattern):
        yield event["topic"]
        count -= 1
        if count == 0:
            return
