import stoa
def told(r): return [r.status, r.ok, r.url, r.headers.get("Content-Type")]
def text(url):
    r = stoa.fetch(url)
    return [*told(r), r.text(), r.text()]
async def json(url): return await (await stoa.aio.fetch(url)).json()
def bytes(url): return stoa.fetch(url).bytes()
async def pieces(url): return [len(p) async for p in await stoa.aio.fetch(url)]
def first(url):
    with stoa.fetch(url) as r:
        for p in r: return len(p)
def twice(url):
    r = stoa.fetch(url)
    for p in r: pass
    try: r.text()
    except RuntimeError as e: return "TypeError: " + str(e)
def post(url): stoa.fetch(url, method="post", headers={"X-A": 1}, body={"a": [1]}, timeout=1.5)
def huge(url):
    try: stoa.fetch(url).bytes()
    except OverflowError as e: return ["RangeError", str(e)]
def refused(url):
    try: stoa.fetch(url)
    except stoa.Error as e: return [e.code, str(e), e.help]
def denied(url):
    try: stoa.fetch(url)
    except PermissionError as e: return [type(e) is stoa.Denied, isinstance(e, stoa.Error), e.errno, str(e)]
def run():
    r = stoa.run("git", "log", 5, input="x", timeout=0.01)
    return [r.code, r.ok, r.text(), r.err]
async def plain(): return (await stoa.aio.run("ls")).code
def read(path): return stoa.read(path)
def talk():
    with stoa.connect("db.example.org", 5432, tls=True) as c:
        c.send(b"\1")
        c.end()
        return [c.topic, list(c)]
def badConnect():
    try: stoa.connect("x", None)
    except TypeError as e: return str(e)
def env(name):
    try: return ["found", stoa.env.get(name)]
    except stoa.Error as e: return [e.code, str(e)]
def envs():
    import os
    assert dict(stoa.env) == {k: v for k, v in os.environ.items()}, dict(os.environ)
    return dict(stoa.env)
def has(name): return name in stoa.env
def data(): return stoa.data
