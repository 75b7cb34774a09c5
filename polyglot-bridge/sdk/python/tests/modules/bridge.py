"""A module that is the client of another host."""
import stoa


def ask(path):
    with stoa.connect(path) as host:
        return host.module("m").f()


def serve(path):
    def ask_there():
        return stoa.module("other").f()

    with stoa.connect(path, "bridge", methods={"ask_there": ask_there}) as host:
        host.serve()
    return "served"
