import stoa


class Counter:
    def value(self):
        return 7


_counter = Counter()
_back = None


async def _outcome(call):
    try:
        return str(await call())
    except stoa.Error as e:
        return f"{e.code}: {e.message}"


async def hands_out():
    """Hands an object out, gets it back, and calls it as what the call returned."""
    global _back
    await stoa.aio.module("keeper").keep(stoa.ref(_counter))
    _back = stoa.aio.module("keeper").kept_thing()
    return [str(await _back is _counter).lower(), await _outcome(lambda: _back.value())]


async def calls_again():
    return await _outcome(lambda: _back.value())


async def data():
    call = stoa.aio.module("keeper").echo({"a": [1]})
    await call
    return await _outcome(lambda: call.value())


async def round_trips(count):
    """So many objects go out and come home."""
    keeper = stoa.aio.module("keeper")
    same = 0
    for i in range(count):
        one = lambda: i
        same += await keeper.echo(one) is one
        await keeper.keep(stoa.ref(_counter))
        same += await keeper.kept_thing() is _counter
    return same
