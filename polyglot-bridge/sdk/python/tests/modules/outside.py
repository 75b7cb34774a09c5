"""What the host does for a module: the web, ports, programs, and the environment."""
import stoa


def page(url):
    r = stoa.fetch(url, headers={"X-A": 1}, body={"a": 1}, method="post", timeout=5)
    return [r.status, r.ok, r.url, r.headers.get("Content-Type"), r.text(), r.json()]


async def apage(url):
    r = await stoa.aio.fetch(url, headers={"X-A": 1}, body={"a": 1}, method="post", timeout=5)
    return [r.status, r.ok, r.url, r.headers["CONTENT-TYPE"], await r.text(), await r.json()]


def first(url):
    with stoa.fetch(url) as response:
        for piece in response:
            return piece


async def afirst(url):
    async with await stoa.aio.fetch(url) as response:
        async for piece in response:
            return piece


async def blocks(url):
    try:
        stoa.fetch(url)
    except RuntimeError as e:
        return str(e)


def refused(url):
    try:
        stoa.fetch(url)
    except stoa.Error as e:
        return [e.code, str(e), e.help]


def denied(url):
    try:
        stoa.fetch(url)
    except PermissionError as e:
        return [type(e) is stoa.Denied, isinstance(e, stoa.Error), e.errno, str(e)]


def run():
    r = stoa.run("git", "log", 5, input="x", timeout=0.01)
    return [r.code, r.ok, r.text()]


def read(path):
    return stoa.read(path)


def talk():
    with stoa.connect("db.example.org", 5432, tls=True) as channel:
        channel.send(b"\1")
        return [channel.topic, next(iter(channel))]


def env(name):
    try:
        return ["found", stoa.env.get(name)]
    except stoa.Error as e:
        return [e.code, str(e)]


def envs():
    return dict(stoa.env)


def data():
    return stoa.data
