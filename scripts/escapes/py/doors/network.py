import socket

import stoa

from .ways import each, shown


def reached(host, port, kind=socket.AF_INET):
    with socket.socket(kind, socket.SOCK_STREAM) as talk:
        talk.settimeout(0.5)
        talk.connect((host, port))
        talk.sendall(b"secret")
        return "connected"


def tcp(world):
    return each(lambda: reached("127.0.0.1", world.port), lambda: reached("::1", world.port, socket.AF_INET6), lambda: socket.create_connection(("127.0.0.1", world.port), 0.5))


def odd_addresses(world):
    return each(*[lambda host=host: reached(host, world.port) for host in world.addresses])


def udp(world):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        return sender.sendto(b"secret", ("127.0.0.1", world.udp))


def names(world):
    """A name that is looked up tells its server what a module knows."""

    def asked():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", world.udp))
            return sender.send(bytes.fromhex("123401000001000000000000") + b"\x06secret\x03org\0\0\1\0\1")

    return each(asked, lambda: socket.getaddrinfo("secret.invalid", 80), lambda: socket.gethostbyname("secret.invalid"), lambda: socket.gethostbyaddr("127.0.0.1"))


def unix_socket(world):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
        talk.connect(world.unix)
        return "connected"


def abstract_socket(world):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
        talk.connect("\0" + world.abstract)
        return "connected"


def libraries(world):
    address = f"127.0.0.1:{world.port}"

    def asynchronous():
        import asyncio

        async def go():
            await asyncio.wait_for(asyncio.open_connection("127.0.0.1", world.port), 0.5)

        return asyncio.run(go())

    def logged():
        import logging.handlers

        handler = logging.handlers.SocketHandler("127.0.0.1", world.port)
        handler.createSocket()
        return handler.sock

    return each(
        lambda: __import__("urllib.request").request.urlopen(f"http://{address}/", timeout=0.5).read(),
        lambda: __import__("http.client").client.HTTPConnection("127.0.0.1", world.port, timeout=0.5).request("GET", "/"),
        lambda: __import__("ftplib").FTP().connect("127.0.0.1", world.port, timeout=0.5),
        lambda: __import__("smtplib").SMTP("127.0.0.1", world.port, timeout=0.5),
        lambda: __import__("xmlrpc.client").client.ServerProxy(f"http://{address}/").x(),
        lambda: __import__("multiprocessing.connection").connection.Client(("127.0.0.1", world.port)),
        lambda: __import__("ssl").get_server_certificate(("127.0.0.1", world.port), timeout=0.5),
        lambda: __import__("_socket").socket().connect(("127.0.0.1", world.port)),
        asynchronous,
        logged,
    )


def raw(world):
    """Bytes that come from nowhere and bytes that are seen on their way."""

    def made(kind, type, protocol):
        socket.socket(kind, type, protocol).close()
        return world.won

    return each(
        lambda: made(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
        lambda: made(socket.AF_PACKET, socket.SOCK_RAW, 0x0300),
    )


def listening(world):
    """Who listens on the machine is reached from everywhere."""
    import time

    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen()
        stoa.module("vault").knock(listener.getsockname()[1])
        listener.settimeout(0.3)
        try:
            listener.accept()
        except TimeoutError:
            return "nobody came"
        return world.won


def ungranted(world):
    return stoa.fetch(f"http://127.0.0.1:{world.port}/").text()


def connecting(world):
    with stoa.connect("127.0.0.1", world.port) as channel:
        channel.send(b"secret")


def topics(world):
    def way(topic):
        with stoa.channel("stoa", topic=topic) as channel:
            channel.send(b"secret")
            return "sent"

    return each(
        *[
            lambda topic=topic: way(topic)
            for topic in (
                f"tcp:127.0.0.1:{world.port}",
                f"tcp:127.0.0.1:{world.granted}:{world.port}",
                f"tcp://127.0.0.1:{world.port}",
                f"tcp:127.0.0.1\0:{world.port}",
                f"TCP:127.0.0.1:{world.port}",
                f"tcp:[::1]:{world.port}",
                f"tls:127.0.0.1:{world.port}",
                f"unix:{world.unix}",
                f"tcp:127.0.0.1:+{world.port}",
                f"tcp:127.0.0.1:{world.port + 65536}",
            )
        ]
    )


# What follows runs with the grant `net=127.0.0.1:GRANTED`.


def granted(world):
    """It works, or the others would prove nothing."""
    return stoa.fetch(f"http://127.0.0.1:{world.granted}/").text()


def redirect(world):
    base = f"http://127.0.0.1:{world.granted}"
    return each(
        *[lambda status=status: stoa.fetch(f"{base}/to/{status}/{world.port}").text() for status in (301, 302, 303, 307, 308)],
        lambda: stoa.fetch(f"{base}/file").text(),
        lambda: stoa.fetch(f"{base}/loop").text(),
        lambda: stoa.fetch(f"{base}/refresh/{world.port}").text(),
    )


def disguised(world):
    here, there = f"127.0.0.1:{world.granted}", f"127.0.0.1:{world.port}"
    urls = [
        f"http://{here}@{there}/",
        f"http://{there}#@{here}/",
        f"http://{there}?@{here}/",
        f"http://{there}\\@{here}/",
        f"http://{here}\t@{there}/",
        f"http://{here}:{world.port}/",
        f"http:{there}/",
        f"http:///{there}/",
        f"//{there}/",
        f"http://127.0.0.1:0{world.port}/",
        f"http://127.0.0.1%3a{world.port}/",
        f"http://127.0.0.1.:{world.port}/",
        f"http://\uff11\uff12\uff17.0.0.1:{world.port}/",
        f"http://localhost:{world.port}/",
    ]
    return each(*[lambda url=url: stoa.fetch(url).text() for url in urls])


def other_schemes(world):
    urls = [
        f"file://{world.outside[0]}/secret.txt",
        f"file://127.0.0.1:{world.granted}{world.outside[0]}/secret.txt",
        f"jar:file:{world.outside[0]}/secret.zip!/packed.py",
        f"ftp://127.0.0.1:{world.port}/",
        f"unix://{world.unix}",
        "jrt:/java.base/module-info.class",
    ]
    return each(*[lambda url=url: shown(stoa.fetch(url).text()) for url in urls])


def smuggled(world):
    """One request that becomes two, or goes somewhere else on the way."""
    url = f"http://127.0.0.1:{world.granted}/"
    inner = "GET /marker HTTP/1.1\r\nHost: x\r\n\r\n"
    return each(
        lambda: stoa.fetch(url, headers={"a": f"b\r\nConnection: close\r\n\r\n{inner}"}).text(),
        lambda: stoa.fetch(url, headers={"a\r\nb": "c"}).text(),
        lambda: stoa.fetch(url, method=inner + "GET").text(),
        lambda: stoa.fetch(url, method="CONNECT").text(),
        lambda: stoa.fetch(url, method="POST", headers={"Transfer-Encoding": "chunked", "Content-Length": "3"}, body=("0\r\n\r\n" + inner).encode()).text(),
        lambda: stoa.fetch(f"{url} HTTP/1.1\r\nHost: x\r\n\r\nGET /marker").text(),
    )
