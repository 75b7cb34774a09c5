"""What can be reached of an object, and how a proxy behaves that is in hand."""
import copy
import enum
import functools
import gc
import io
import pickle
import types
import unittest
import weakref

import stoa
from stoa import _exposed, _values
from stoa._proxy import Held, Proxy

ran = []


class Meta(type):
    def of_the_metaclass(cls):
        pass


class Tricky(metaclass=Meta):
    """Everything that must not be reached."""

    Inner = Meta("Inner", (), {})
    module = types
    data = 5
    shaped = functools.partial(print)
    plain_staticmethod_of_a_class = staticmethod(dict)
    classmethod_of_a_builtin = classmethod(len)
    hook = None

    def __init__(self):
        self.klass = dict
        self.lam = lambda: "mine"
        self.bound = ran.copy  # a builtin's method: not written by the owner
        self.hook = self.fine
        self.shadowed = "data"

    def __getattr__(self, name):
        ran.append(name)
        raise AttributeError(name)

    @property
    def prop(self):
        ran.append("prop")

    @functools.cached_property
    def cached(self):
        ran.append("cached")

    def fine(self):
        return 1

    def shadowed(self):
        pass

    def __call__(self):
        pass

    def _hidden(self):
        pass


class Child(Tricky):
    def more(self):
        return 2

    fine = None  # taken away


class Slotted:
    __slots__ = ("cell",)

    def fine(self):
        return 3


class Doors(unittest.TestCase):
    def reach(self, thing):
        return sorted(_exposed.names(thing))

    def test_only_functions_of_the_type_and_of_the_instance_are_found(self):
        self.assertEqual(self.reach(Tricky()), ["fine", "hook", "lam"])
        self.assertEqual(self.reach(Child()), ["lam", "more"])
        self.assertEqual(self.reach(Slotted()), ["fine"])
        self.assertEqual(ran, [])

    def test_a_search_runs_no_code_of_the_object(self):
        for name in ("prop", "cached", "nothing", "__dict__", "_hidden", "Inner", "module", "klass", "mro", "of_the_metaclass", "bound"):
            self.assertIsNone(_exposed.find(Tricky(), name), name)
        self.assertEqual(ran, [])

    def test_names_must_be_names(self):
        for name in ("", " ", "fine.__globals__", "fine\0", "fi ne", "1", "__fine", "ﬁne"):
            self.assertIsNone(_exposed.find(Tricky(), name), name)

    def test_functions_have_one_method(self):
        for thing in (len, lambda: 1, Tricky().fine, functools.partial(print, 1), [].append):
            self.assertEqual(self.reach(thing), ["call"])
            for name in ("__call__", "__globals__", "__self__", "func", "append", "__code__"):
                self.assertIsNone(_exposed.find(thing, name))

    def test_extension_types_show_their_methods(self):
        reached = self.reach(io.StringIO())
        self.assertIn("write", reached)
        self.assertNotIn("closed", reached)

    def test_strings_cannot_be_handed_over_so_format_is_out_of_reach(self):
        class Text(str):
            pass

        class Number(enum.IntEnum):
            ONE = 1

        for thing in ("x", Text("x"), b"", 1, 1.5, True, None, [], (), {}, Number.ONE, 3j):
            with self.assertRaisesRegex(TypeError, "is data, pass it as it is"):
                stoa.ref(thing)

    def test_types_and_inner_things_cannot_be_handed_over(self):
        async def coroutine():
            pass

        waiting = coroutine()
        for thing in (int, Tricky, Meta, types, coroutine.__code__, waiting, (x for x in ()), stoa.call, stoa.log):
            self.assertRaises(TypeError, stoa.ref, thing)
        waiting.close()

    def test_a_handle_is_kept_by_a_second_ref(self):
        handle = stoa.ref(Tricky())
        self.assertIs(stoa.ref(handle), handle)
        self.assertEqual(repr(handle), "<stoa.ref to a Tricky>")
        handle.release()
        handle.release()
        self.assertEqual(repr(handle), "<stoa.ref, released>")
        self.assertRaises(TypeError, pickle.dumps, handle)

    def test_a_handle_lets_go_of_the_object(self):
        thing = Slotted2()
        alive = weakref.ref(thing)
        handle = stoa.ref(thing)
        del thing
        handle.release()
        self.assertIsNone(alive())


class Slotted2:
    __slots__ = ("__weakref__",)


class Litter:
    def __init__(self):
        self.things = []

    def expected(self):
        pass

    def put(self, thing):
        self.things.append(thing)


class Elsewhere:
    """A connection that nothing may be sent on."""

    lost = ""

    def __init__(self):
        self.litter = Litter()


class Proxies(unittest.TestCase):
    def setUp(self):
        self.connection = Elsewhere()
        self.proxy = Held(self.connection, "words#1", 7).make()

    def test_what_python_asks_of_an_object_is_answered_here(self):
        proxy = self.proxy
        self.assertEqual(repr(proxy), "<reference words#1/7>")
        self.assertEqual(str(proxy), repr(proxy))
        self.assertEqual((proxy == proxy, proxy == 1, bool(proxy), proxy in {proxy}), (True, False, True, True))
        self.assertIsInstance(hash(proxy), int)
        self.assertIs(copy.copy(proxy), proxy)
        self.assertIs(copy.deepcopy([proxy])[0], proxy)
        self.assertIs(type(proxy), Proxy)
        self.assertIs(proxy.__class__, Proxy)
        for function in (iter, len, next, list, int, pickle.dumps, abs, memoryview):
            with self.assertRaises(TypeError, msg=function):
                function(proxy)

    def test_it_cannot_be_written_to(self):
        for name in ("value", "_held", "__class__", "__dict__"):
            self.assertRaises(AttributeError, setattr, self.proxy, name, 1)
            self.assertRaises(AttributeError, delattr, self.proxy, name)

    def test_names_that_are_not_public_are_not_asked_for(self):
        for name in ("__len__", "__iter__", "__getstate__x", "_private", "__await__", "_repr_html_", "__fspath__"):
            self.assertFalse(hasattr(self.proxy, name), name)

    def test_its_methods_are_attributes_and_nothing_is_in_their_way(self):
        for name in ("release", "call", "name", "owner", "connection", "count", "resolve", "get", "close", "mro", "held"):
            self.assertEqual(repr(getattr(self.proxy, name)), f"<method reference.{name}>")

    def test_it_is_given_back_when_it_dies(self):
        held = self.proxy._held
        method = self.proxy.add
        del self.proxy
        gc.collect()
        self.assertEqual(self.connection.litter.things, [])
        del method
        self.assertEqual(self.connection.litter.things, [held])

    def test_it_is_of_use_on_its_connection_only(self):
        with self.assertRaises(stoa.Error) as caught:
            self.proxy._held.check_for(Elsewhere())
        self.assertEqual(caught.exception.code, "DENIED")

    def test_a_lost_connection_is_named(self):
        self.connection.lost = "The connection is closed."
        self.connection.loss = lambda: stoa.Error("LOST", "closed")
        with self.assertRaises(stoa.Error) as caught:
            self.proxy.add(1)
        self.assertEqual(caught.exception.code, "LOST")

    def test_release_takes_proxies_only(self):
        for thing in (1, None, stoa.ref(Slotted())):
            self.assertRaises(TypeError, stoa.release, thing)
        self.assertRaises(TypeError, stoa.aio, "words")

    def test_ref_leaves_a_proxy_as_it_is(self):
        self.assertIs(stoa.ref(self.proxy), self.proxy)


class Payloads(unittest.TestCase):
    def test_each_object_has_one_place_in_the_table(self):
        thing, refs = Slotted(), {}
        data = _values.encode([stoa.ref(thing), stoa.ref(thing), thing.fine, thing.fine, [].append], refs=refs)
        self.assertEqual(len(refs), 3)
        places = ["a", "b", "c"]
        self.assertEqual(_values.decode(data, places), ["a", "a", "b", "b", "c"])


if __name__ == "__main__":
    unittest.main()
