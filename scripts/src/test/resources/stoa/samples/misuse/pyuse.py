import stoa


def _outcome(of):
    """What came of it, as text."""
    try:
        value = of()
        return "nothing" if value is None else str(value)
    except Exception as e:
        return f"{getattr(e, 'code', type(e).__name__)}: {e}"


def _read(channel):
    return next(channel, "the end")


# What is done to a channel whose other end sends back what it gets.


def _send_after_end(channel):
    channel.end()
    return [_outcome(lambda: channel.send(1)), _outcome(channel.end)]


def _send_after_both_ended(channel):
    channel.end()
    _outcome(lambda: _read(channel))
    return [_outcome(lambda: channel.send(1))]


def _send_after_close(channel):
    channel.close()
    return [_outcome(lambda: channel.send(1)), _outcome(channel.end)]


def _close_again(channel):
    channel.close()
    return [_outcome(channel.close), _outcome(lambda: _read(channel))]


def _read_after_end(channel):
    channel.end()
    return [_outcome(lambda: _read(channel)), _outcome(lambda: _read(channel))]


def _read_in_two_places(channel):
    from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

    with ThreadPoolExecutor(2) as pool:
        reads = [pool.submit(_outcome, lambda: _read(channel)) for _ in range(2)]
        done, waits = wait(reads, return_when=FIRST_COMPLETED)
        channel.send("a")
        return [*(read.result() for read in done), *(read.result() for read in waits)]


def _send_no_value(channel):
    refused = _outcome(lambda: channel.send([1, set()]))
    channel.send("a")
    return [refused, _read(channel)]


def _read_after_failure(channel):
    return [_outcome(lambda: _read(channel)), _outcome(lambda: _read(channel))]


def _send_after_failure(channel):
    _outcome(lambda: _read(channel))
    return [_outcome(lambda: channel.send(1)), _outcome(channel.close)]


_seen = {}  # what those heard who took a channel


def _talk(channel):
    if "_" + channel.topic in globals():
        _seen[channel.topic] = globals()["_" + channel.topic](channel)
        return
    if channel.topic == "failing":
        raise IndexError("enough")
    for value in channel:
        channel.send(value)


_accepting = [_outcome(lambda: stoa.accept("talk"))]
talk = stoa.accept(_talk)
_accepting.append(_outcome(lambda: stoa.accept(_talk)))


def opens(misuse, other, topic, direct):
    """What opens and misuses a channel hears."""
    return globals()["_" + misuse](stoa.channel(other, topic, direct))


def lets(misuse, other, direct):
    """Opens a channel whose acceptor misuses it, and sends back what comes."""
    with stoa.channel(other, misuse, direct) as channel:
        try:
            for value in channel:
                channel.send(value)
        except stoa.Error:
            pass  # it is over


def closes_at_the_end(other, direct):
    """Closes a channel when both ends have said that no more comes."""
    channel = stoa.channel(other, "lasting", direct)
    channel.end()
    _read(channel)
    channel.close()


def has_seen(misuse):
    """What came of the latest misuse of that kind, once."""
    return _seen.pop(misuse, None)


def accepts():
    return [*_accepting, _outcome(lambda: stoa.accept(_talk))]


def opens_nothing():
    return _outcome(lambda: stoa.channel(7))


async def opens_in_a_loop(other):
    try:
        stoa.channel(other, "echo")
    except Exception as e:
        return f"{type(e).__name__}: {e}"
