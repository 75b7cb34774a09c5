"""The examples behind the golden vectors. generate.py turns them into files."""


def value(name, json, js=None, python=None, **more):
    """`js` and `python`: source of an expression that makes the value. `also_json`: other texts that read as the same.
    `javascript_json`, `python_json`: what that language sends on when it received the value, where it is not the same.
    `also_cbor`: other CBOR that reads as the same.
    """
    example = {"name": name, "json": json, "js": js, "python": python, **more}
    return {key: part for key, part in example.items() if part is not None}


def nested_hex(depth):
    """The value 1 in so many lists, made by hand: protobuf libraries stop at about fifty."""
    data = b"\x10\x02"
    for _ in range(depth):
        item = b"\x0a" + varint(len(data)) + data
        data = b"\x32" + varint(len(item)) + item
    return data.hex()


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


WIDE_BYTES = ", ".join(str(n) for n in range(0, 256, 15))
DEEP = "[" * 100 + "1" + "]" * 100

VALUES = [
    value("null", "null", "null", "None", also_json=[" null\n"]),
    value("false", "false", "false", "False"),
    value("true", "true", "true", "True"),
    # integers
    value("zero", "0", "0", "0", also_json=["-0"], also_cbor=["1800", "1900 00"]),
    value("one", "1", "1", "1", also_cbor=["1801", "1a 0000 0001", "1b 0000 0000 0000 0001", "c241 01", "c243 0000 01"]),
    value("minus one", "-1", "-1", "-1", also_cbor=["3800", "3b 0000 0000 0000 0000"]),
    value("63 takes one byte", "63", "63", "63"),
    value("64 takes two", "64", "64", "64"),
    value("-64 takes one byte", "-64", "-64", "-64"),
    value("-65 takes two", "-65", "-65", "-65"),
    value("a thousand", "1000", "1000", "1000"),
    value("2^31", "2147483648", "2147483648", "2**31"),
    value("largest integer of a JavaScript number", "9007199254740991", "9007199254740991", "2**53 - 1"),
    value("smallest integer of a JavaScript number", "-9007199254740991", "-9007199254740991", "-(2**53) + 1"),
    value("2^53 reaches JavaScript as BigInt", "9007199254740992", "9007199254740992n", "2**53"),
    value("-2^53 reaches JavaScript as BigInt", "-9007199254740992", "-9007199254740992n", "-(2**53)"),
    value("largest of 64 bits", "9223372036854775807", "9223372036854775807n", "2**63 - 1"),
    value("smallest of 64 bits", "-9223372036854775808", "-9223372036854775808n", "-(2**63)", also_cbor=["c348 7fff ffff ffff ffff"]),
    # big integers
    value("2^63 is big", "9223372036854775808", "9223372036854775808n", "2**63", also_cbor=["1b 8000 0000 0000 0000", "c249 0080 0000 0000 0000 00"]),
    value("-2^63 - 1 is big", "-9223372036854775809", "-9223372036854775809n", "-(2**63) - 1", also_cbor=["3b 8000 0000 0000 0000"]),
    value("2^64 - 1", "18446744073709551615", "18446744073709551615n", "2**64 - 1", also_cbor=["1b ffff ffff ffff ffff"]),
    value("2^71 needs a byte for its sign", "2361183241434822606848", "2n ** 71n", "2**71"),
    value("-2^71 needs none", "-2361183241434822606848", "-(2n ** 71n)", "-(2**71)"),
    value("ten to the forty", "1" + "0" * 40, "10n ** 40n", "10**40"),
    value("minus ten to the forty", "-1" + "0" * 40, "-(10n ** 40n)", "-(10**40)"),
    # doubles
    value("a half", "0.5", "0.5", "0.5", also_json=["5e-1", "0.50", "5E-1"], also_cbor=["f9 3800", "fa 3f00 0000"]),
    value("2.0 stays a double", "2.0", "2", "2.0", also_json=["2e0", "20e-1"], javascript_json="2"),
    value("0.0 stays a double", "0.0", "0", "0.0", javascript_json="0"),
    value("-0.0 is a double everywhere", "-0.0", "-0", "-0.0", also_json=["-0e0"], also_cbor=["f9 8000", "fa 8000 0000"]),
    value("a tenth", "0.1", "0.1", "0.1", also_json=["0.1000000000000000055511151231257827"]),
    value("1e300 is a double everywhere", "1.0e300", "1e300", "1e300", also_json=["1e300", "1E+300"]),
    value("2^53 as a double", "9.007199254740992e15", "9007199254740992", "2.0**53", also_json=["9007199254740992.0"]),
    value("1e-7", "1.0e-7", "1e-7", "1e-7", also_json=["0.0000001"]),
    value("smallest normal double", "2.2250738585072014e-308", "2.2250738585072014e-308", "2.2250738585072014e-308"),
    value("largest double", "1.7976931348623157e308", "Number.MAX_VALUE", "1.7976931348623157e308"),
    value("NaN", '{"$double":"NaN"}', "NaN", "float('nan')", also_cbor=["f9 7e00", "fa 7fc0 0000", "fb fff8 0000 0000 0001"]),
    value("infinity", '{"$double":"Infinity"}', "Infinity", "float('inf')", also_cbor=["f9 7c00", "fa 7f80 0000"]),
    value("minus infinity", '{"$double":"-Infinity"}', "-Infinity", "float('-inf')"),
    # text
    value("empty text is not null", '""', "''", "''", also_cbor=["7800", "7f ff", "7f 60 60 ff"]),
    value("text", '"to be or not to be"', "'to be or not to be'", "'to be or not to be'"),
    value("text of two, three and four bytes", '"é€😀"', "'é€😀'", "'é€😀'", also_json=['"\\u00e9\\u20ac\\ud83d\\ude00"'], also_cbor=["7f 62 c3a9 60 67 e282ac f09f9880 ff"]),
    value("text with a null character", '"a\\u0000b"', "'a\\0b'", "'a\\0b'"),
    value("text with what JSON escapes", '"\\"\\\\/\\n\\r\\t\\u0008\\u000c\\u001b"', "'\"\\\\/\\n\\r\\t\\b\\f\\x1b'", "'\"\\\\/\\n\\r\\t\\b\\f\\x1b'", also_json=['"\\"\\\\\\/\\n\\r\\t\\b\\f\\u001B"']),
    value("line separators and delete are escaped in JSON", '"\\u2028\\u2029\\u007f"', "'\\u2028\\u2029\\x7f'", "'\\u2028\\u2029\\x7f'"),
    value("a byte order mark is text", '"\ufeffx"', "'\\ufeffx'", "'\\ufeffx'"),
    value("accents are not normalised", '"e\u0301"', "'e\\u0301'", "'e\\u0301'"),
    value("text of 200 bytes", '"' + "x" * 200 + '"', "'x'.repeat(200)", "'x' * 200"),
    value("text of 18000 bytes", '"' + "é" * 9000 + '"', "'é'.repeat(9000)", "'é' * 9000"),
    # bytes
    value("no bytes", '{"$bytes":""}', "new Uint8Array()", "b''"),
    value("bytes", '{"$bytes":"AA8eLTxLWml4h5altMPS4fD/"}', f"Uint8Array.of({WIDE_BYTES})", "bytes(range(0, 256, 15))"),
    value("bytes that are no text", '{"$bytes":"/w=="}', "Uint8Array.of(255)", "b'\\xff'", also_cbor=["5801 ff", "5f 41 ff ff", "5f 40 5801 ff ff"]),
    # lists
    value("empty list", "[]", "[]", "[]", also_json=["[ ]"], also_cbor=["9800", "9f ff"]),
    value("list of every kind", '[null,true,1,2.5,"x",{"$bytes":"eA=="},[],{}]', "[null, true, 1, 2.5, 'x', Uint8Array.of(120), [], {}]", "[None, True, 1, 2.5, 'x', b'x', [], {}]"),
    value("list of nulls", "[null,null]", "[null, null]", "[None, None]", also_cbor=["9f f6 f6 ff", "9b 0000 0000 0000 0002 f6 f6"]),
    value("lists nested a hundred deep", DEEP, "nest(100, 1)", "nest(100, 1)", hex=nested_hex(100)),
    # maps
    value("empty map", "{}", "{}", "{}", also_cbor=["b800", "bf ff"]),
    value("map in its order", '{"b":1,"a":2,"ü":null}', "{b: 1, a: 2, ü: null}", "{'b': 1, 'a': 2, 'ü': None}", also_cbor=["bf 61 62 01 7f 61 61 ff 02 62 c3bc f6 ff"]),
    value("map with an empty key", '{"":1}', "{'': 1}", "{'': 1}"),
    value("map with number-like keys: a JavaScript object sorts them", '{"b":0,"10":1,"9":2}', "{b: 0, 10: 1, 9: 2}", "{'b': 0, '10': 1, '9': 2}", javascript_json='{"9":2,"10":1,"b":0}'),
    value("map with the key __proto__", '{"__proto__":{"x":1}}', "{['__proto__']: {x: 1}}", "{'__proto__': {'x': 1}}"),
    value("map in a map in a list", '[{"a":{"b":[{"c":1}]}}]', "[{a: {b: [{c: 1}]}}]", "[{'a': {'b': [{'c': 1}]}}]"),
    value("map with one key that begins with a dollar", '{"$map":{"$bytes":"eA=="}}', "{$bytes: 'eA=='}", "{'$bytes': 'eA=='}"),
    value("map with the one key $map", '{"$map":{"$map":{}}}', "{$map: {}}", "{'$map': {}}"),
    value("map with the one key $map that holds another such map", '{"$map":{"$map":{"$map":{"$x":1}}}}', "{$map: {$x: 1}}", "{'$map': {'$x': 1}}"),
    value("map with one strange dollar key", '{"$map":{"$x":{"$double":"NaN"}}}', "{$x: NaN}", "{'$x': float('nan')}"),
    value("map with dollar keys among others", '{"$bytes":"eA==","b":1}', "{$bytes: 'eA==', b: 1}", "{'$bytes': 'eA==', 'b': 1}", also_json=['{"$map":{"$bytes":"eA==","b":1}}']),
    # timestamps
    value("timestamp of the epoch", '{"$timestamp":"1970-01-01T00:00:00Z"}', "new Date(0)", "datetime(1970, 1, 1, tzinfo=utc)", also_json=['{"$timestamp":"1970-01-01T00:00:00.000Z"}'], also_cbor=["c1 00", "c1 fb 0000 0000 0000 0000", "d800 74 313937302d30312d30315430303a30303a30305a", "c0 78 19 313937302d30312d30315430313a30303a30302b30313a3030"]),
    value("timestamp with milliseconds", '{"$timestamp":"2026-11-23T07:08:54.123Z"}', "new Date('2026-11-23T07:08:54.123Z')", "datetime(2026, 11, 23, 7, 8, 54, 123000, utc)", also_cbor=["c1 fb 41da c0f9 a187 df3b", "c0 78 1b 323032362d31312d32335430373a30383a35342e3132333030305a"]),
    value("timestamp with microseconds", '{"$timestamp":"2026-11-23T07:08:54.123456Z"}', "new Date('2026-11-23T07:08:54.123Z')", "datetime(2026, 11, 23, 7, 8, 54, 123456, utc)", javascript_json='{"$timestamp":"2026-11-23T07:08:54.123Z"}'),
    value("timestamp with nanoseconds", '{"$timestamp":"2026-11-23T07:08:54.123456789Z"}', "new Date('2026-11-23T07:08:54.123Z')", "datetime(2026, 11, 23, 7, 8, 54, 123456, utc)", javascript_json='{"$timestamp":"2026-11-23T07:08:54.123Z"}', python_json='{"$timestamp":"2026-11-23T07:08:54.123456Z"}'),
    value("timestamp a millisecond before the epoch", '{"$timestamp":"1969-12-31T23:59:59.999Z"}', "new Date(-1)", "datetime(1969, 12, 31, 23, 59, 59, 999000, utc)", also_cbor=["c1 fb bf50 624d d2f1 a9fc"]),
    value("timestamp a nanosecond before the epoch is cut off, not rounded", '{"$timestamp":"1969-12-31T23:59:59.999999999Z"}', "new Date(-1)", "datetime(1969, 12, 31, 23, 59, 59, 999999, utc)", javascript_json='{"$timestamp":"1969-12-31T23:59:59.999Z"}', python_json='{"$timestamp":"1969-12-31T23:59:59.999999Z"}'),
    value("first timestamp", '{"$timestamp":"0001-01-01T00:00:00Z"}', "new Date('0001-01-01T00:00:00Z')", "datetime(1, 1, 1, tzinfo=utc)"),
    value("last timestamp of whole seconds", '{"$timestamp":"9999-12-31T23:59:59Z"}', "new Date('9999-12-31T23:59:59Z')", "datetime(9999, 12, 31, 23, 59, 59, tzinfo=utc)"),
    # references
    value("reference", '{"$reference":{"owner":"words#1","number":7}}', references=[{"owner": "words#1", "number": 7}]),
]

# name, bytes, why a reader refuses them
MALFORMED_VALUES = [
    ("kind of a newer version", "58 01", "field 11 is no kind that is known: not to be taken for null"),
    ("long field number of a newer version", "82 01 01 78", "field 16 is no kind that is known"),
    ("known kind with a strange wire type", "0d 00 00 00 00", "field 1 as fixed32 is not bool"),
    ("text cut short", "22 05 61 62", "5 bytes announced, 2 there"),
    ("length cut short", "22", "a tag without its field"),
    ("varint cut short", "10 80", "the varint goes on behind the end"),
    ("varint of eleven bytes", "10 80 80 80 80 80 80 80 80 80 80 01", "a varint has ten bytes at most"),
    ("double cut short", "19 00 00 00 00", "8 bytes wanted, 4 there"),
    ("list longer than its value", "32 04 0a 01 08", "the list announces 4 bytes, 3 are there"),
    ("item longer than its list", "32 02 0a 05 08 01 08 01 08", "the item announces 5 bytes, the list ends before"),
    ("wire type 7", "27 00", "there is no wire type 7"),
    ("field number 0", "00 00", "there is no field 0"),
    ("text that is no UTF-8", "22 02 c3 28", "c3 needs another byte of its character"),
    ("text with an overlong form", "22 02 c0 80", "c0 80 is a long way to say 00"),
    ("text with half a surrogate pair", "22 03 ed a0 80", "U+D800 is no character"),
    ("text beyond Unicode", "22 04 f4 90 80 80", "U+110000 does not exist"),
    ("key that is no UTF-8", "3a 05 0a 03 0a 01 ff", "a key is text"),
    ("key that comes twice", "3a 0e 0a 05 0a 01 61 12 00 0a 05 0a 01 61 12 00", "keys are unique"),
    ("big integer without bytes", "42 00", "no bytes, no number"),
    ("big integer that fits 64 bits", "42 08 7f ff ff ff ff ff ff ff", "it is an int"),
    ("big integer with a byte too many", "42 0a 00 00 80 00 00 00 00 00 00 00", "the shortest form has nine bytes"),
    ("negative big integer with a byte too many", "42 0a ff ff 00 00 00 00 00 00 00 00", "the shortest form has nine bytes"),
    ("timestamp with a thousand million nanos", "4a 06 10 80 94 eb dc 03", "nanos are 0..999999999"),
    ("timestamp before the year 1", "4a 06 08 83 e0 92 9f d3 1c", "0000-12-31T23:59:58Z"),
    ("timestamp after the year 9999", "4a 07 08 80 e0 a9 ff df 0e", "10000-01-01T00:00:00Z"),
    ("reference without a table", "50 00", "the frame's header has no reference 0"),
    ("a value inside 101 lists", nested_hex(101), "the limit is 100"),
]

# name, bytes, why a reader refuses them
MALFORMED_CBOR = [
    ("nothing", "", "no item"),
    ("two items", "01 02", "one item a value"),
    ("integer cut short", "19 01", "2 bytes wanted, 1 there"),
    ("double cut short", "fb 3f f8", "8 bytes wanted, 2 there"),
    ("text cut short", "65 61 62", "5 bytes announced, 2 there"),
    ("text of 2^64 - 1 bytes", "7b ff ff ff ff ff ff ff ff 61", "longer than anybody's memory"),
    ("list cut short", "82 01", "2 items announced, 1 there"),
    ("list of 2^64 - 1 items", "9b ff ff ff ff ff ff ff ff 01", "2^64 - 1 items announced, 1 there"),
    ("map cut short", "a1 61 61", "a key without its value"),
    ("list without an end", "9f 01", "the break is missing"),
    ("map that ends behind a key", "bf 61 61 ff", "a key without its value"),
    ("text without an end", "7f 61 61", "the break is missing"),
    ("chunk of another kind", "7f 41 61 ff", "bytes inside of text"),
    ("chunk without an end inside of another", "7f 7f 61 61 ff ff", "chunks have a length"),
    ("break by itself", "ff", "nothing is to be broken off"),
    ("break in a list of known length", "82 01 ff", "the length says where it ends"),
    ("break under a tag", "c1 ff", "a tag needs an item"),
    ("tag by itself", "c0", "a tag needs an item"),
    ("reserved length", "1c", "28 to 30 are reserved"),
    ("integer of unknown length", "1f", "only strings, lists and maps have that"),
    ("tag of unknown length", "df 00", "only strings, lists and maps have that"),
    ("simple value in two bytes that fits one", "f8 14", "below 32 there is one byte"),
    ("undefined", "f7", "undefined is no value"),
    ("simple value", "f0", "nobody knows what it means"),
    ("simple value of two bytes", "f8 ff", "nobody knows what it means"),
    ("key that is a number", "a1 01 02", "keys are text"),
    ("key that is bytes", "a1 41 61 02", "keys are text"),
    ("key with a tag", "a1 c0 74 " + b"1970-01-01T00:00:00Z".hex() + " 02", "keys are text without a tag"),
    ("key that comes twice", "a2 61 61 01 61 61 01", "keys are unique"),
    ("key that comes twice in two forms", "a2 61 61 01 7f 61 61 ff 01", "keys are unique"),
    ("text that is no UTF-8", "62 c3 28", "c3 needs another byte of its character"),
    ("text with an overlong form", "62 c0 80", "c0 80 is a long way to say 00"),
    ("text with half a surrogate pair", "63 ed a0 80", "U+D800 is no character"),
    ("text with a surrogate pair of six bytes", "66 ed a0 bd ed b8 80", "UTF-8 says U+1F600 in four bytes"),
    ("text beyond Unicode", "64 f4 90 80 80", "U+110000 does not exist"),
    ("character over two chunks", "7f 61 c3 61 a9 ff", "each chunk is text by itself"),
    ("key that is no UTF-8", "a1 61 ff 01", "keys are text"),
    ("decimal fraction", "c4 82 21 19 6a b3", "tag 4 is no value"),
    ("base64 to come", "d5 41 61", "tag 21 is no value"),
    ("self-described", "d9 d9 f7 01", "tag 55799 is no value"),
    ("string reference", "d9 01 00 82 63 61 61 61 d8 19 00", "tags 256 and 25 are no value"),
    ("tag of 64 bits", "db ff ff ff ff ff ff ff ff 01", "tag 2^64 - 1 is no value"),
    ("extended time", "d9 03 e9 a1 01 01", "tag 1001 is no value"),
    ("tag on a tag", "c1 c1 01", "one tag an item"),
    ("big integer of text", "c2 61 61", "tag 2 stands on bytes"),
    ("big integer without bytes", "c2 40", "no bytes, no number"),
    ("negative big integer without bytes", "c3 5f 40 ff", "no bytes, no number"),
    ("date of a number", "c0 01", "tag 0 stands on text"),
    ("seconds of text", "c1 61 31", "tag 1 stands on a number"),
    ("seconds that are NaN", "c1 fb 7f f8 00 00 00 00 00 00", "no instant"),
    ("seconds that are infinite", "c1 f9 7c 00", "no instant"),
    ("seconds beyond the year 9999", "c1 1b 00 00 00 3a ff f4 41 80", "10000-01-01T00:00:00Z"),
    ("seconds before the year 1", "c1 3b 00 00 00 0e 77 91 f7 00", "0000-12-31T23:59:59Z"),
    ("date without a zone", "c0 73 " + b"2026-11-23T07:08:54".hex(), "no instant"),
    ("date in small letters", "c0 74 " + b"2026-11-23t07:08:54z".hex(), "T and Z are capitals"),
    ("date of no day", "c0 74 " + b"2026-02-30T00:00:00Z".hex(), "there is no such day"),
    ("date with a leap second", "c0 74 " + b"2016-12-31T23:59:60Z".hex(), "no language here can say it"),
    ("date with ten digits of a second", "c0 78 1f " + b"2026-11-23T07:08:54.0123456789Z".hex(), "it would lose one"),
    ("date after the year 9999", "c0 76 " + b"+10000-01-01T00:00:00Z".hex(), "years have four digits"),
    ("a value inside 101 lists", "81" * 101 + "01", "the limit is 100"),
    ("ten thousand lists", "81" * 10000 + "01", "the limit is 100"),
]

BAD_JSON = [
    ("nothing", "", "no value"),
    ("two values", "1 2", "one value a text"),
    ("comma too many", "[1,]", "no JSON"),
    ("single quotes", "'a'", "no JSON"),
    ("NaN", "NaN", 'written {"$double":"NaN"}'),
    ("Infinity", "-Infinity", 'written {"$double":"-Infinity"}'),
    ("leading zero", "01", "no JSON"),
    ("plus", "+1", "no JSON"),
    ("point without digits", "1.", "no JSON"),
    ("number beyond a double", "1e400", "it would turn into infinity"),
    ("key that comes twice", '{"a":1,"a":2}', "keys are unique"),
    ("key that comes twice under $map", '{"$map":{"a":1,"a":2}}', "keys are unique"),
    ("unknown dollar key", '{"$date":"2026"}', "`$date` has no meaning"),
    ("unknown dollar key in the content of $map", '{"$map":{"$map":{"$x":1}}}', "`$x` has no meaning"),
    ("empty dollar key", '{"$":1}', "`$` has no meaning"),
    ("bytes that are no base64", '{"$bytes":"a*b="}', "no base64"),
    ("bytes that are a number", '{"$bytes":1}', "base64 text wanted"),
    ("double that is a number", '{"$double":1.5}', "only NaN, Infinity and -Infinity"),
    ("double in a strange spelling", '{"$double":"nan"}', "only NaN, Infinity and -Infinity"),
    ("timestamp without a zone", '{"$timestamp":"2026-11-23T07:08:54"}', "no instant"),
    ("timestamp of no day", '{"$timestamp":"2026-02-30T00:00:00Z"}', "there is no such day"),
    ("timestamp after the year 9999", '{"$timestamp":"+10000-01-01T00:00:00Z"}', "years are 0001 to 9999"),
    ("map that is a list", '{"$map":[1]}', "an object wanted"),
    ("reference", '{"$reference":{"owner":"words#1","number":7}}', "references are handed over, not written down"),
    ("lone surrogate", '"\\ud800"', "not Unicode"),
    ("lone surrogate in a key", '{"\\udc00":1}', "not Unicode"),
    ("inside 101 lists", "[" * 101 + "1" + "]" * 101, "the limit is 100"),
]


TWO_INTS = "CgIQCAoCEAY="  # Arguments: positional 4, 3

FRAMES = [
    ("hello of a client", {"hello": {"protocol_min": 1, "protocol_max": 1, "features": ["log"]}}),
    ("hello of a child", {"hello": {
        "protocol_min": 1, "protocol_max": 3, "features": ["log", "references"],
        "limits": {"max_frame_bytes": 1048576, "max_open_calls": 64, "max_references": 1000},
        "module": {
            "name": "words", "version": "1.2.0", "doc": "Counts words.", "language": "c",
            "methods": [{
                "name": "count", "doc": "Counts.", "returns": "int", "streams": True, "idempotent": True, "cached": "10s",
                "parameters": [
                    {"name": "text", "type": "str", "doc": "What to count."},
                    {"name": "least", "type": "int", "optional": True, "default": "1"},
                    {"name": "more", "variadic": True},
                    {"name": "rest", "variadic": True, "by_name": True},
                    {"name": "unit", "optional": True, "keyword_only": True},
                    {"name": "value", "positional_only": True},
                ],
            }],
            "needs": {"text": "^1.2"},
        },
        "token": "AAECAwQFBgcICQoLDA0ODw==",
    }}),
    ("welcome of the host", {"welcome": {"protocol": 1, "features": ["log"], "limits": {"max_open_calls": 1000}, "instance": "words#1"}}),
    ("hello of the host", {"hello": {"protocol_min": 1, "protocol_max": 1, "features": ["log"], "instance": "echo#1"}}),
    ("welcome of a child on stdio", {"welcome": {"protocol": 1, "module": {"name": "echo", "language": "c"}}}),
    ("welcome on a direct channel", {"welcome": {"protocol": 1, "features": ["channels"], "token": "AgM="}}),
    ("welcome without features", {"welcome": {"protocol": 1}}),
    ("invoke without argument", {"call": 1, "invoke": {"module": "clock", "method": "now"}}),
    ("invoke add(4, 3)", {"call": 1, "invoke": {"module": "echo", "method": "add", "credit": 32, "argument": TWO_INTS}}),
    ("invoke with everything", {"call": 300, "invoke": {
        "module": "words", "method": "count", "timeout_us": 2000000, "lane": "LANE_BATCH", "parent": 298,
        "blocking": True, "one_way": True, "caller": "user", "metadata": {"traceparent": "00-ab-cd-01"},
        "credit": 32, "streams": True, "more": True, "references": [{"owner": "words#1", "number": 7}],
        "argument": TWO_INTS,
    }}),
    ("invoke on a reference", {"call": 2, "invoke": {"object": {"reference": {"owner": "words#1", "number": 7}}, "method": "close"}}),
    ("invoke on the result of another call", {"call": 5, "invoke": {"object": {"result_of": 3}, "method": "query", "credit": 32}}),
    ("invoke that opens a channel", {"call": 7, "invoke": {"object": {"channel": {"module": "chat", "direct": {}}}, "method": "lobby", "credit": 32, "streams": True}}),
    ("invoke of the host that opens a channel", {"call": 2, "invoke": {
        "object": {"channel": {"module": "chat", "direct": {"path": "/run/stoa/c1", "token": "AAE=", "proof": "AgM="}}},
        "method": "lobby", "caller": "words", "credit": 32, "streams": True,
    }}),
    ("accepted", {"call": 2, "accepted": {}}),
    ("accepted, directly", {"call": 7, "accepted": {"peer": "chat#1", "direct": {"path": "/run/stoa/c1", "token": "AAE=", "proof": "AgM="}}}),
    ("item 1", {"call": 1, "item": {"payload": "EAI="}}),
    ("item null", {"call": 1, "item": {}}),
    ("item that goes on", {"call": 1, "item": {"more": True, "payload": "IgI="}}),
    ("part that goes on", {"call": 1, "part": {"more": True, "payload": "YQ=="}}),
    ("last part", {"call": 1, "part": {"payload": "Yg=="}}),
    ("end", {"call": 1, "end": {}}),
    ("credit", {"call": 1, "credit": {"items": 16}}),
    ("credit of bytes", {"call": 1, "credit": {"bytes": 262144}}),
    ("cancel", {"call": 1, "cancel": {"reason": "Ctrl-C"}}),
    ("cancel without a reason", {"call": 1, "cancel": {}}),
    ("returned null", {"call": 1, "returned": {}}),
    ("returned 7", {"call": 1, "returned": {"payload": "EA4="}}),
    ("returned with a reference", {"call": 1, "returned": {"references": [{"owner": "words#1", "number": 7}], "payload": "UAA="}}),
    ("failed", {"call": 1, "failed": {"code": "NO_SUCH_METHOD", "message": "Module `words` has no method `cuont`.", "help": "Did you mean `count`?"}}),
    ("failed with facts", {"call": 1, "failed": {"code": "RESOURCE_EXHAUSTED", "message": "Too many open calls.", "retryable": True, "details": {"quota": "open calls"}}}),
    ("failed because it threw", {"call": 1, "failed": {"code": "THREW", "message": "ValueError: bad", "thrown": {
        "type": "ValueError", "message": "bad", "module": "words",
        "frames": [{"language": "python", "function": "count", "file": "words.py", "line": 12}, {"language": "python", "function": "<module>", "file": "words.py"}],
        "cause": {"type": "TypeError", "message": "x is undefined", "module": "text"},
    }}}),
    ("release", {"release": {"counts": [{"reference": {"owner": "words#1", "number": 7}, "count": 3}]}}),
    ("log of a call", {"call": 5, "log": {"level": "WARNING", "text": "slow"}}),
    ("log of the module", {"log": {"text": "ready"}}),
    ("ping", {"ping": {"nonce": 300}}),
    ("ping with all bits", {"ping": {"nonce": "18446744073709551615"}}),
    ("pong", {"pong": {"nonce": 300}}),
    ("ping of zero", {"ping": {}}),
    ("drain", {"drain": {"limit_ms": 5000, "reason": "the host stops"}}),
    ("goodbye", {"goodbye": {"reason": "done"}}),
    ("goodbye without a word", {"goodbye": {}}),
]

# name, bytes with the length in front, meaning, what a reader sees (None: it must not go on)
ODD_FRAMES = [
    ("empty frame", "00", "a frame of a kind that is not known: ignored", {}),
    ("unknown kind about the connection", "04 e2 06 01 78", "field 108: ignored, because its call is 0", {}),
    ("unknown kind in a call", "06 08 07 e2 06 01 78", "field 108 of call 7: answered with Failed UNSUPPORTED", {"call": 7}),
    ("unknown field beside the body", "07 08 01 a0 06 05 3a 00", "field 100 is skipped: an End of call 1", {"call": 1, "end": {}}),
    ("unknown fields of every wire type in the body", "19 08 01 42 15 08 10 60 01 69 00 00 00 00 00 00 00 00 72 01 78 7d 00 00 00 00", "fields 12 to 15 of Credit are skipped", {"call": 1, "credit": {"items": 16}}),
    ("body before the call", "04 3a 00 08 01", "order does not matter to a reader", {"call": 1, "end": {}}),
    ("length with an empty last byte", "84 00 08 01 3a 00", "a length of two bytes that needed one is read", {"call": 1, "end": {}}),
    ("unknown failure code", "07 08 01 5a 03 08 e7 07", "code 999: taken as INTERNAL, its text kept", {"call": 1, "failed": {"code": 999}}),
    ("length of six bytes", "80 80 80 80 80 01", "a length has five bytes at most: Goodbye", None),
    ("length beyond the limit", "81 80 40", "1048577 bytes: Goodbye", None),
    ("body longer than its frame", "04 08 01 3a 05", "End announces 5 bytes, 0 are there: Goodbye", None),
    ("tag without a field", "01 08", "cut short: Goodbye", None),
    ("text that is no UTF-8", "08 08 01 4a 04 0a 02 c3 28", "the reason of Cancel is text: Goodbye", None),
    ("wire type 6", "03 08 01 3e", "there is no wire type 6: Goodbye", None),
]
