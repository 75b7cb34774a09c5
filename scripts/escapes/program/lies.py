"""What a module may say to the host and must not be believed. Each gets its connection, the call that it serves, and the world."""

import os

from wire import ACCEPTED, CANCEL, CREDIT, DRAIN, END, FAILED, GOODBYE, HELLO, INVOKE, ITEM, LOG, PART, PING, RELEASE, RETURNED, WELCOME, Line, arguments, host, message, text_of, value_of, varint

OTHERS = message(_1="vault#1", _2=1)


def forged_answers(line, call, world):
    """To calls that others make."""
    for other in [*range(2, 400, 2), *range(1, 400, 2), 2**40, 2**63]:
        if other != call:
            line.send(ITEM, message(_15=value_of("polluted")), other)
            line.send(RETURNED, message(_15=value_of("polluted")), other)
            line.send(FAILED, message(_1=41, _2="polluted"), other)
            line.send(END, b"", other)
            line.send(PART, message(_15=b"x"), other)
            line.send(ACCEPTED, message(_1="vault#1"), other)
    return line.hear()


def forged_room(line, call, world):
    """Credit and cancels for calls of others."""
    for other in range(1, 400):
        line.send(CREDIT, message(_1=2**32 - 1, _2=2**32 - 1), other)
        if other != call:
            line.send(CANCEL, message(_1="polluted"), other)
    return line.hear()


def forged_reference(line, call, world):
    """Calls an object that it was never given."""
    for owner in ("vault#1", "vault", "user", "user#1", "stoa", ""):
        for number in range(1, 4):
            line.invoke(arguments(), _2=message(_1=message(_1=owner, _2=number)), _3="tell", _6=call)
    return line.hear()


def borrowed_reference(line, call, world):
    """Gives an object away that it was never given, to have it called by others."""
    line.invoke(message(_1=message(_10=0)), _1="vault", _3="use", _6=call, _14=OTHERS)
    line.invoke(message(_1=message(_10=7)), _1="vault", _3="use", _6=call, _14=OTHERS)
    line.invoke(message(_1=[message(_10=0)] * 3), _1="vault", _3="relay", _6=call, _14=[OTHERS] * 1000)
    line.send(ITEM, message(_14=OTHERS, _15=message(_10=0)), call)
    return line.hear()


def returned_reference(line, call, world):
    """Returns such an object to the user, who might call it in its name."""
    line.send(RETURNED, message(_14=OTHERS, _15=message(_10=0)), call)
    return "it was the end"


def forged_release(line, call, world):
    """Gives back what others hold."""
    for owner in ("vault#1", "user", os.environ["STOA_MODULE"] + "#1"):
        line.send(RELEASE, message(_1=message(_1=message(_1=owner, _2=1), _2=2**32 - 1)))
    return line.hear()


def forged_result_of(line, call, world):
    """Calls what calls of others returned."""
    for other in range(0, 60):
        line.invoke(arguments(), _2=message(_2=other), _3="tell", _6=call)
    return line.hear()


def second_hello(line, call, world):
    """Becomes another module in the middle of a connection."""
    line.send(HELLO, message(_1=1, _2=1, _5=message(_1="vault", _4=message(_1="add"))))
    line.send(WELCOME, message(_1=1, _4=message(_1="vault"), _5="vault#1"))
    line.invoke(arguments(), _1="vault", _3="forUser", _6=call)
    return line.hear()


def used_token(line, call, world):
    """Comes a second time with the token of the first, as itself, as another, as a user."""
    path, token = host()
    found = []
    for name, shown in (("vault", token), (os.environ["STOA_MODULE"], token), (None, token), ("vault", b""), (None, b""), ("vault", os.urandom(32)), (None, token[:8]), ("vault", token + b"\0")):
        again = Line(path)
        try:
            again.greet(shown, name)
            number = again.invoke(arguments(), _1="vault", _3="forUser")
            again.invoke(arguments(), _1="stoa", _3="status")
            found += [number, *again.hear(0.2)]
            again.invoke(arguments(True), _1="stoa", _3="stop")
            found += again.hear(0.2)
        except OSError as e:
            found.append(str(e))
        finally:
            again.socket.close()
    won = [it for it in found if "returned" in str(it)]
    return [world["won"], won] if won else found


def forged_caller(line, call, world):
    """Says who calls, which only the host says."""
    for module, method in (("vault", "forUser"), ("stoa", "stop"), ("stoa", "status"), ("vault", "whoCalls")):
        line.invoke(arguments(), _1=module, _3=method, _6=call, _9="user", _10=[message(_1="caller", _2="user"), message(_1="identity", _2="user")])
        line.invoke(arguments(), _1=module, _3=method, _9="user")
    return _not_as_user(line.hear(), world)


def forged_parent(line, call, world):
    """Calls on behalf of calls that others make."""
    for parent in [*range(1, 60), 2**40]:
        if parent != call:
            line.invoke(arguments(), _1="vault", _3="whoCalls", _6=parent)
            line.invoke(arguments(), _1="vault", _3="forUser", _6=parent)
    return _not_as_user(line.hear(), world)


def _not_as_user(found, world):
    won = [it for it in found if "returned user" in it]
    return [world["won"], won] if won else found


def forged_instance(line, call, world):
    """Says what the host calls it."""
    path, token = host()
    again = Line(path)
    again.greet(b"", "vault", _7="vault#1")
    found = again.hear(0.2)
    again.socket.close()
    return found


def forged_log(line, call, world):
    """Lines in the name of others."""
    for other in (0, call, 1, 2, 3, 4):
        line.send(LOG, message(_1=3, _2="12:00:00 forged", _3="vault", _4="vault#1", _5="vault.add"), other)
        line.send(LOG, message(_1=4, _2="12:00:00 forged\n12:00:01 forged", _3="neighbour"), other)
    return line.hear()


def forged_numbers(line, call, world):
    """Opens calls under the host's numbers, under used ones, under none."""
    for number in (2, 4, 6, call, 0, 1, 2**63, 2**64 - 1):
        line.send(INVOKE, message(_1="vault", _3="add", _11=32, _15=arguments(1, 2)), number)
    return line.hear()


def forged_place(line, call, world):
    """Places for direct channels where others listen: nobody may go there."""
    for path in (world["unix"], world["hostSocket"], f"{world['outside'][0]}/marker-socket"):
        direct = message(_1=path, _2=b"token", _3=b"proof")
        line.invoke(b"", _2=message(_3=message(_1="vault", _2=direct)), _3="x", _8=0, _12=1)
        line.send(ACCEPTED, message(_1="vault#1", _2=direct), call)
    return line.hear()


def odd_targets(line, call, world):
    """Names that are none, and names of what is not a module."""
    for name in ("", "../vault", "vault\0", "VAULT", "vault.add", "vault/main.mjs", "/etc/passwd", "stoa", "user", "vault#1", "x" * 100_000):
        for method in ("add", "../add", "stop", "__proto__", ""):
            line.invoke(arguments(), _1=name, _3=method, _6=call)
    return _not_as_user(line.hear(), world)


def malformed(line, call, world):
    """Bytes that are no frames. It costs the connection."""
    for data in (b"\xff" * 20, varint(2**35), varint(2 << 20) + b"x" * 1000, b"\x05\x08\x01\x22\xff\xff\xff\x0f", b"STOA1\n" * 3, b"\0" * 1000):
        path, token = host()
        other = Line(path)
        other.raw(b"STOA1\n" + data)
        other.hear(0.1)
        other.socket.close()
    line.raw(b"\xff" * 20)
    return line.hear(0.2)


def early_end(line, call, world):
    """Says that the host ends."""
    line.send(DRAIN, message(_1=1, _2="polluted"))
    line.send(GOODBYE, message(_1="NAME_TAKEN: polluted"))
    return line.hear(0.2)


def pings(line, call, world):
    """Asks and never listens: what waits for it is not kept for ever."""
    ping = b"\x04\x72\x02\x08\x01"
    try:
        for _ in range(300):
            line.raw(ping * 1000)
    except OSError as e:
        return str(e)
    return "sent"


def calls(line, call, world):
    """Fifty thousand calls, and it never listens."""
    body = message(**{f"_{INVOKE}": message(_1="vault", _3="slow", _11=32, _15=arguments(2000))})
    try:
        for i in range(50):
            line.raw(b"".join(varint(len(frame)) + frame for n in range(1000) for frame in [message(_1=100_001 + 2 * (1000 * i + n)) + body]))
    except OSError as e:
        return str(e)
    return "sent"


def parts(line, call, world):
    """A payload that never ends."""
    number = line.invoke(b"x" * 200_000, _1="vault", _3="use", _13=1)
    try:
        for _ in range(400):
            line.send(PART, message(_1=1, _15=b"x" * 250_000), number)
    except OSError as e:
        return str(e)
    return line.hear()


def items(line, call, world):
    """Items without credit."""
    try:
        for _ in range(200_000):
            line.send(ITEM, message(_15=value_of("x" * 100)), call)
    except OSError as e:
        return str(e)
    return "sent"


def connections(line, call, world):
    """Connects as often as it can, and says nothing."""
    path, _ = host()
    made = []
    try:
        while len(made) < 3000:
            made.append(Line(path))
            made[-1].socket.send(b"S")
    except OSError as e:
        return f"{len(made)}: {e}"
    finally:
        for one in made:
            one.socket.close()
    return len(made)


assert text_of(value_of({"a": [1, -1, None, True, "x"]})) == {"a": [1, -1, None, True, "x"]}
