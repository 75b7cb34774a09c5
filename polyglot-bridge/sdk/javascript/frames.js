// The frames of frame.proto and module.proto as tables, and their way to and from bytes.
import { Enum, Malformed, Message, Reader, Writer } from "./protobuf.js";

export const PREFACE = Buffer.from("STOA1\n");
export const PROTOCOL = 1;
export const MAX_FRAME = 1 << 20;
export const MAX_PAYLOAD = 256 << 10;
export const INITIAL_CREDIT = 32;

const CODE = new Enum({
  FAILURE_CODE_UNSPECIFIED: 0, NO_SUCH_MODULE: 1, NO_SUCH_METHOD: 2, NAME_TAKEN: 3, BAD_ARGUMENT: 4, DENIED: 5,
  RESOURCE_EXHAUSTED: 6, UNSUPPORTED: 7, THREW: 20, LOAD_FAILED: 30, LOST: 31, UNAVAILABLE: 32, DEADLINE_EXCEEDED: 40,
  CANCELLED: 41, DEADLOCK: 42, INTERNAL: 50,
});
/** Whether a text is the code of a failure. */
export const isCode = (text) => Object.hasOwn(CODE.numbers, text);

const PARAMETER = new Message({
  name: [1, "text"], type: [2, "text"], doc: [3, "text"], optional: [4, "bool"], default: [5, "text"], variadic: [6, "bool"],
  by_name: [7, "bool"], keyword_only: [8, "bool"], positional_only: [9, "bool"],
});
const METHOD_INFO = new Message({
  name: [1, "text"], doc: [2, "text"], parameters: [3, [PARAMETER]], returns: [4, "text"], streams: [5, "bool"],
  idempotent: [6, "bool"], cached: [7, "text"],
});
const MODULE_INFO = new Message({
  name: [1, "text"], version: [2, "text"], doc: [3, "text"], methods: [4, [METHOD_INFO]], needs: [5, "map"],
  language: [6, "text"],
});
const LIMITS = new Message({ max_frame_bytes: [1, "uint"], max_open_calls: [2, "uint"], max_references: [3, "uint"] });
const REFERENCE = new Message({ owner: [1, "text"], number: [2, "uint"] });
const DIRECT = new Message({ path: [1, "text"], token: [2, "bytes"], proof: [3, "bytes"] });
const CHANNEL = new Message({ module: [1, "text"], direct: [2, DIRECT] });
const OBJECT = new Message(
  { reference: [1, REFERENCE], result_of: [2, "uint"], channel: [3, CHANNEL] }, ["reference", "result_of", "channel"],
);
const PAYLOAD = new Message({ more: [1, "bool"], references: [14, [REFERENCE]], payload: [15, "bytes"] });
const STACK_FRAME = new Message({ language: [1, "text"], function: [2, "text"], file: [3, "text"], line: [4, "uint"] });
const THROWN = new Message({ type: [1, "text"], message: [2, "text"], frames: [3, [STACK_FRAME]] });
THROWN.add("cause", 4, THROWN);
THROWN.add("module", 5, "text");

const FRAME = new Message({
  call: [1, "uint"],
  hello: [2, new Message({
    protocol_min: [1, "uint"], protocol_max: [2, "uint"], features: [3, ["text"]], limits: [4, LIMITS],
    module: [5, MODULE_INFO], token: [6, "bytes"], instance: [7, "text"],
  })],
  welcome: [3, new Message({
    protocol: [1, "uint"], features: [2, ["text"]], limits: [3, LIMITS], module: [4, MODULE_INFO], instance: [5, "text"],
    token: [6, "bytes"],
  })],
  invoke: [4, new Message({
    module: [1, "text"], object: [2, OBJECT], method: [3, "text"], timeout_us: [4, "uint"],
    lane: [5, new Enum({ LANE_INTERACTIVE: 0, LANE_BATCH: 1 })], parent: [6, "uint"], blocking: [7, "bool"],
    one_way: [8, "bool"], caller: [9, "text"], metadata: [10, "map"], credit: [11, "uint"], streams: [12, "bool"],
    more: [13, "bool"], references: [14, [REFERENCE]], argument: [15, "bytes"],
  }, ["module", "object"])],
  item: [5, PAYLOAD],
  part: [6, new Message({ more: [1, "bool"], payload: [15, "bytes"] })],
  end: [7, new Message({})],
  credit: [8, new Message({ items: [1, "uint"], bytes: [2, "uint"] })],
  cancel: [9, new Message({ reason: [1, "text"] })],
  returned: [10, PAYLOAD],
  failed: [11, new Message({
    code: [1, CODE], message: [2, "text"], help: [3, "text"], retryable: [4, "bool"], thrown: [5, THROWN], details: [6, "map"],
  })],
  release: [12, new Message({ counts: [1, [new Message({ reference: [1, REFERENCE], count: [2, "uint"] })]] })],
  log: [13, new Message({ level: [1, new Enum({ INFO: 0, DEBUG: 1, WARNING: 2, ERROR: 3, OUT: 4, ERR: 5 })], text: [2, "text"] })],
  ping: [14, new Message({ nonce: [1, "uint"] })],
  pong: [15, new Message({ nonce: [1, "uint"] })],
  drain: [16, new Message({ limit_ms: [1, "uint"], reason: [2, "text"] })],
  goodbye: [17, new Message({ reason: [1, "text"] })],
  accepted: [18, new Message({ peer: [1, "text"], direct: [2, DIRECT] })],
});

/** Appends a frame with its length in front. */
export function write(frame, writer) {
  const start = writer.reserve();
  FRAME.encode(frame, writer);
  writer.close(start);
}

export function encode(frame) {
  const writer = new Writer();
  write(frame, writer);
  return writer.done();
}

/** The opening frame of a payload, and Parts for what does not fit into it. `name` is the payload's field. */
export function* payloadFrames(call, kind, header, name, payload, most = MAX_PAYLOAD) {
  let from = 0;
  for (let first = true; first || from < payload.length; first = false, from += most) {
    const body = { [first ? name : "payload"]: payload.subarray(from, from + most) };
    if (from + most < payload.length) body.more = true;
    yield first ? { call, [kind]: { ...header, ...body } } : { call, part: body };
  }
}

/** Cuts what arrives, in pieces of any size, into frames. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #limit;

  constructor(limit = MAX_FRAME) {
    this.#limit = limit;
  }

  /** Yields the frames that are complete now. Throws Malformed; the connection is of no use then. */
  *feed(data) {
    const buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    let pos = 0;
    while (pos < buffer.length) {
      const start = this.#afterLength(buffer, pos);
      if (start < 0) break;
      const size = new Reader(buffer, pos, start).varint();
      if (size > this.#limit) throw new Malformed(`a frame of ${size} bytes is longer than the limit of ${this.#limit}`);
      if (start + size > buffer.length) break;
      pos = start + size;
      yield FRAME.decode(new Reader(buffer, start, pos));
    }
    this.#rest = pos < buffer.length ? Buffer.from(buffer.subarray(pos)) : this.#rest.subarray(0, 0);
  }

  /** Where the frame at `pos` begins behind its length; -1 if the length is not there yet. */
  #afterLength(buffer, pos) {
    for (let at = pos; at < buffer.length; at++) {
      if (at === pos + 5) throw new Malformed("the length of a frame has more than five bytes");
      if (buffer[at] < 128) return at + 1;
    }
    if (buffer.length - pos >= 5) throw new Malformed("the length of a frame has more than five bytes");
    return -1;
  }
}
