"""A Python program that connects to a host, calls a module of it, and serves a method itself.

    STOA_HOST=path-of-the-socket python3 scripts/clients/greeter.py [TEXT]

It counts the words of TEXT with the module `words`, then is the module `greeter` until it is interrupted, or told to stop:
`stoa call greeter.greet Ada`, `stoa call greeter.stop`.
"""
import sys

import stoa


def main(text: str) -> None:
    def greet(name: str, greeting: str = "Hello") -> str:
        """Greets somebody, and says who asked for it."""
        return f"{greeting}, {name}, from {stoa.call.caller or 'nobody'}"

    def stop() -> None:
        """Ends this program."""
        host.one_way("greeter").finish()

    def finish() -> None:
        host.close()

    methods = {"greet": greet, "stop": stop, "finish": finish}
    with stoa.connect(name="greeter", version="1.0.0", methods=methods) as host:
        print(host.module("words").count(text), flush=True)
        host.serve()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "to be or not to be")
