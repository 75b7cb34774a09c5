"""The golden vectors of spec/vectors, both ways."""
import base64
import json
import unittest
from datetime import datetime, timezone
from pathlib import Path

from stoa import _frames, _values
from stoa._protobuf import Malformed

VECTORS = Path(__file__).resolve().parents[4] / "spec/vectors"


def nest(depth, value):
    for _ in range(depth):
        value = [value]
    return value


NAMES = {"nest": nest, "datetime": datetime, "utc": timezone.utc}


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


class Values(unittest.TestCase):
    def test_python_values_become_the_golden_bytes(self):
        for vector in load("values.json"):
            with self.subTest(vector["name"]):
                if "python" not in vector:
                    continue
                value = eval(vector["python"], NAMES)
                wanted = vector.get("python_hex", vector["hex"])
                self.assertEqual(_values.encode(value).hex(), wanted)

    def test_golden_bytes_become_python_values(self):
        for vector in load("values.json"):
            with self.subTest(vector["name"]):
                data = bytes.fromhex(vector["hex"])
                if "python" not in vector:
                    self.assertRaises(Malformed, _values.decode, data)
                    continue
                value = eval(vector["python"], NAMES)
                self.assertEqual(repr(_values.decode(data)), repr(value))

    def test_malformed_values_are_refused(self):
        for vector in load("malformed-values.json"):
            with self.subTest(vector["name"]):
                self.assertRaises(Malformed, _values.decode, bytes.fromhex(vector["hex"]))

    def test_what_is_no_value_is_refused_with_its_path(self):
        cycle = []
        cycle.append(cycle)
        for value, words in [
            ({"a": [1, {2}]}, "`result.a[1]` is a set"),
            ({"a b": object()}, "`result['a b']` is an object"),
            ({"x": {1: 2}}, "`result.x` is a map with the int key 1"),
            ([datetime(2026, 1, 1)], "`result[0]` is a datetime without a time zone"),
            ("a\ud800", "lone surrogate U+D800 at index 1"),
            ({"\udc00": 1}, "lone surrogate"),
            (cycle, "must not contain itself"),
            (len, "builtin_function"),
            (lambda: 1, "a function"),
            (3j, "value.real"),
        ]:
            with self.subTest(words):
                with self.assertRaises(TypeError) as caught:
                    _values.encode(value, "result")
                self.assertIn(words, str(caught.exception))


def with_bytes_and_numbers(message, description):
    """The decoded frame as the vectors describe it."""
    out = {}
    for key, value in message.items():
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        elif isinstance(value, dict):
            value = with_bytes_and_numbers(value, description)
        elif isinstance(value, list):
            value = [with_bytes_and_numbers(v, description) if isinstance(v, dict) else v for v in value]
        elif isinstance(value, int) and value > 2**53:
            value = str(value)
        out[key] = value
    return out


class Frames(unittest.TestCase):
    def test_golden_bytes_become_frames_and_back(self):
        for vector in load("frames.json"):
            with self.subTest(vector["name"]):
                data = bytes.fromhex(vector["hex"])
                [frame] = _frames.Reader().feed(data)
                self.assertEqual(with_bytes_and_numbers(frame, None), vector["frame"])
                self.assertEqual(_frames.encode(frame).hex(), vector["hex"])

    def test_odd_frames_are_survived_or_refused(self):
        for vector in load("odd-frames.json"):
            with self.subTest(vector["name"]):
                data = bytes.fromhex(vector["hex"])
                if "frame" in vector:
                    [frame] = _frames.Reader().feed(data)
                    self.assertEqual(with_bytes_and_numbers(frame, None), vector["frame"])
                else:
                    self.assertRaises(Malformed, _frames.Reader().feed, data)

    def test_frames_are_found_in_pieces_of_any_size(self):
        vectors = load("frames.json")
        data = b"".join(bytes.fromhex(v["hex"]) for v in vectors)
        for size in (1, 2, 3, 7, 64, 1000):
            reader = _frames.Reader()
            frames = [f for at in range(0, len(data), size) for f in reader.feed(data[at : at + size])]
            self.assertEqual(len(frames), len(vectors))

    def test_large_payloads_are_split(self):
        payload = bytes(600 << 10)
        frames = _frames.Reader().feed(_frames.payload_frames(3, "returned", {}, "payload", payload))
        self.assertEqual([[*f][1] for f in frames], ["returned", "part", "part"])
        self.assertEqual(b"".join([*f.values()][1]["payload"] for f in frames), payload)
        self.assertEqual([[*f.values()][1].get("more", False) for f in frames], [True, True, False])

    def test_the_short_cut_for_returned_writes_the_same(self):
        for call in (1, 127, 128, 70000):
            for size in (0, 1, 90, 127, 128):
                slow = _frames.encode({"call": call, "returned": {"payload": bytes(size)}})
                self.assertEqual(_frames.returned_frame(call, bytes(size)), slow)


if __name__ == "__main__":
    unittest.main()
