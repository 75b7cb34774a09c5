// A Stoa module in C, with no library but libc: PROTOCOL.md in one file. One thread, one poll loop.
//
//   echo(x)  add(a, b)  upper(text)  count(n), a stream  fail(message)  sleep(ms)
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAME = 1 << 20, MAX_ARGUMENT = 16 << 20, CHUNK = 256 << 10, MAX_CALLS = 64 };
enum { HELLO = 2, WELCOME, INVOKE, ITEM, PART, END, CREDIT, CANCEL, RETURNED, FAILED, PING = 14, PONG, DRAIN, GOODBYE };
enum { NO_SUCH_METHOD = 2, BAD_ARGUMENT = 4, RESOURCE_EXHAUSTED = 6, UNSUPPORTED = 7, THREW = 20, CANCELLED = 41 };
enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };

// --- bytes --------------------------------------------------------------------------------------------------------------
typedef struct { uint8_t *data; size_t size, room; } Buffer;  // owned, grows
typedef struct { const uint8_t *at, *end; } Slice;            // a view into a buffer

static void put(Buffer *b, const void *data, size_t size) {
  if (b->size + size > b->room) {
    b->room = 2 * (b->size + size);
    b->data = realloc(b->data, b->room);
    if (b->data == NULL) abort();
  }
  if (size > 0) memcpy(b->data + b->size, data, size);
  b->size += size;
}

static void put_slice(Buffer *b, Slice s) { put(b, s.at, (size_t)(s.end - s.at)); }
static void put_varint(Buffer *b, uint64_t n) {
  for (; n > 127; n >>= 7) put(b, &(uint8_t){(uint8_t)(n | 128)}, 1);
  put(b, &(uint8_t){(uint8_t)n}, 1);
}

static void put_number(Buffer *b, int field, uint64_t n) {
  put_varint(b, (uint64_t)field << 3 | VARINT);
  put_varint(b, n);
}

static void put_bytes(Buffer *b, int field, const void *data, size_t size) {
  put_varint(b, (uint64_t)field << 3 | LENGTH);
  put_varint(b, size);
  put(b, data, size);
}

static void put_text(Buffer *b, int field, const char *text) { put_bytes(b, field, text, strlen(text)); }
// Puts a message into another and frees it.
static void put_message(Buffer *b, int field, Buffer message) {
  put_bytes(b, field, message.data, message.size);
  free(message.data);
}

// 1: a number. 0: cut short. -1: no varint.
static int take_varint(Slice *s, uint64_t *n) {
  *n = 0;
  for (int i = 0; i < 10; i++) {
    if (s->at + i >= s->end) return 0;
    *n |= (uint64_t)(s->at[i] & 127) << (7 * i);
    if (s->at[i] < 128) return s->at += i + 1, 1;
  }
  return -1;
}

typedef struct { uint64_t tag, number; Slice bytes; } Field;
// The next field of a message; false at its end, or where it is malformed (then s->at is NULL).
static bool take_field(Slice *s, Field *f) {
  if (s->at == NULL || s->at == s->end) return false;
  bool good = take_varint(s, &f->tag) == 1 && f->tag > 7;
  int wire = f->tag & 7;
  if (wire == VARINT || wire == LENGTH) good = good && take_varint(s, &f->number) == 1;
  else good = good && (wire == FIXED64 || wire == FIXED32);
  if (good && wire != VARINT) {
    uint64_t size = wire == LENGTH ? f->number : wire == FIXED64 ? 8 : 4;
    good = size <= (uint64_t)(s->end - s->at);
    if (good) f->bytes = (Slice){s->at, s->at + size}, s->at += size;
  }
  if (!good) s->at = NULL;
  return good;
}

static bool is(Slice s, const char *text) { return (size_t)(s.end - s.at) == strlen(text) && !memcmp(s.at, text, strlen(text)); }

// --- connection ---------------------------------------------------------------------------------------------------------
static int in = 0, out = 1;
static bool draining;
static Buffer output;  // frames that leave with the next flush

static void flush(void) {
  for (size_t done = 0; done < output.size;) {
    ssize_t n = write(out, output.data + done, output.size - done);
    if (n < 0 && errno != EINTR) exit(0);  // the host is gone
    if (n > 0) done += (size_t)n;
  }
  output.size = 0;
}

// Sends a frame and frees its body.
static void send_frame(uint64_t call, int kind, Buffer body) {
  Buffer frame = {0};
  if (call != 0) put_number(&frame, 1, call);
  put_message(&frame, kind, body);
  put_varint(&output, frame.size);
  put(&output, frame.data, frame.size);
  free(frame.data);
  if (output.size > CHUNK) flush();
}

// Item or Returned with a value, in Parts if it is large.
static void send_value(uint64_t call, int kind, Slice value) {
  do {
    size_t size = (size_t)(value.end - value.at) < CHUNK ? (size_t)(value.end - value.at) : CHUNK;
    Buffer body = {0};
    if (value.at + size < value.end) put_number(&body, 1, 1);  // more
    if (size > 0) put_bytes(&body, 15, value.at, size);
    send_frame(call, kind, body);
    value.at += size;
    kind = PART;
  } while (value.at < value.end);
}

static void send_failed(uint64_t call, int code, const char *message) {
  Buffer body = {0};
  put_number(&body, 1, (uint64_t)code);
  put_text(&body, 2, message);
  if (code == THREW) {
    Buffer thrown = {0};
    put_text(&thrown, 1, "Error");
    put_text(&thrown, 2, message);
    put_message(&body, 5, thrown);
  }
  send_frame(call, FAILED, body);
}

static void leave(const char *reason, int status) {
  Buffer body = {0};
  put_text(&body, 1, reason);
  send_frame(0, GOODBYE, body);
  flush();
  exit(status);
}

// --- calls --------------------------------------------------------------------------------------------------------------
typedef struct {
  uint64_t id;  // 0: this place is free
  enum { READING, COUNTING, SLEEPING } state;
  Buffer method, argument;  // READING: what came so far
  int64_t next, limit;      // COUNTING
  uint64_t credit;
  int64_t until;  // SLEEPING, milliseconds on our clock
} Call;

static Call calls[MAX_CALLS];

static Call *find(uint64_t id) {
  for (int i = 0; i < MAX_CALLS; i++)
    if (calls[i].id == id) return &calls[i];
  return NULL;
}

static void forget(Call *c) { free(c->method.data), free(c->argument.data), *c = (Call){0}; }
static void fail(Call *c, int code, const char *message) { send_failed(c->id, code, message), forget(c); }
static void return_value(Call *c, Slice value) { send_value(c->id, RETURNED, value), forget(c); }
static void return_null(Call *c) { return_value(c, (Slice){NULL, NULL}); }

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void send_int(uint64_t call, int kind, int64_t n) {
  Buffer value = {0};
  put_number(&value, 2, (uint64_t)n << 1 ^ (uint64_t)(n >> 63));
  send_value(call, kind, (Slice){value.data, value.data + value.size});
  free(value.data);
}

// Sends items while there is credit.
static void count_on(Call *c) {
  for (; c->credit > 0 && c->next < c->limit; c->credit--) send_int(c->id, ITEM, c->next++);
  if (c->next >= c->limit) return_null(c);
}

// The field that a value has, if it is of the kind that is wanted.
static bool as(Slice value, uint64_t tag, Field *f) { return take_field(&value, f) && f->tag == tag; }

static bool as_int(Slice value, int64_t *n) {
  Field f;
  return as(value, 2 << 3 | VARINT, &f) ? *n = (int64_t)(f.number >> 1 ^ -(f.number & 1)), true : false;
}

static const struct { const char *name, *parameters[2], *doc; } methods[] = {
  {"echo", {"x", ""}, "`echo(x)` returns x."},
  {"add", {"a", "b"}, "`add(a: int, b: int) -> int`"},
  {"upper", {"text", ""}, "`upper(text: text) -> text`, letters of ASCII only"},
  {"count", {"n", ""}, "`count(n: int) -> stream of int`: 0 to n - 1"},
  {"fail", {"message", ""}, "`fail(message: text)` throws."},
  {"sleep", {"ms", ""}, "`sleep(ms: int)`"},
};
enum { METHODS = sizeof methods / sizeof *methods };

// Letters of ASCII, in place.
static void make_upper(Slice text) {
  for (uint8_t *p = (uint8_t *)text.at; p < text.end; p++)
    if (*p >= 'a' && *p <= 'z') *p -= 'a' - 'A';
}

// Fails with what somebody else has said in the message: if that is long, it is cut between two characters.
static void fail_with(Call *c, int code, const char *before, Slice said, const char *after) {
  char message[1200];
  size_t size = (size_t)(said.end - said.at), most = 1000;
  if (size > most) for (size = most; (said.at[size] & 0xc0) == 0x80;) size--;
  snprintf(message, sizeof message, "%s%.*s%s", before, (int)size, (const char *)said.at, after);
  fail(c, code, message);
}

// Puts an argument that was given by name, an Entry, into its place. What is wrong with it, else NULL.
static const char *place(Slice entry, int method, Slice given[2], Slice *key) {
  Slice value = *key = (Slice){entry.end, entry.end};
  for (Field f; take_field(&entry, &f);) {
    if (f.tag == (1 << 3 | LENGTH)) *key = f.bytes;
    if (f.tag == (2 << 3 | LENGTH)) value = f.bytes;
  }
  int i = 0;
  while (i < 2 && (key->at == key->end || !is(*key, methods[method].parameters[i]))) i++;
  if (i == 2) return "There is no parameter `";
  if (given[i].at != NULL) return "Given twice: `";
  return given[i] = value, NULL;
}

static void start(Call *c) {
  Slice rest = {c->argument.data, c->argument.data + c->argument.size}, given[3] = {0}, key;
  Slice name = {c->method.data, c->method.data + c->method.size};
  int count = 0, method = 0;
  int64_t a, b;
  while (method < METHODS && !is(name, methods[method].name)) method++;
  if (method == METHODS)
    return fail_with(c, NO_SUCH_METHOD, "No method `", name, "`; there are `echo`, `add`, `upper`, `count`, `fail`, `sleep`.");
  Field f;
  while (take_field(&rest, &f)) {
    if (f.tag == (1 << 3 | LENGTH)) given[count < 2 ? count : 2] = f.bytes, count++;
    const char *wrong = f.tag == (2 << 3 | LENGTH) ? place(f.bytes, method, given, &key) : NULL;
    if (wrong != NULL) return fail_with(c, BAD_ARGUMENT, wrong, key, "`.");
  }
  if (c->argument.size > 0 && rest.at == NULL) return fail(c, BAD_ARGUMENT, "The argument cannot be read.");
  bool two = *methods[method].parameters[1] != 0, much = two ? given[2].at != NULL : given[1].at != NULL;
  if (given[0].at == NULL || (two && given[1].at == NULL) || much) return fail(c, BAD_ARGUMENT, methods[method].doc);

  if (is(name, "echo")) return_value(c, given[0]);
  else if (is(name, "add") && as_int(given[0], &a) && as_int(given[1], &b)) {
    if (__builtin_add_overflow(a, b, &a)) return fail(c, THREW, "the sum does not fit 64 bits");
    send_int(c->id, RETURNED, a), forget(c);
  } else if (is(name, "upper") && as(given[0], 4 << 3 | LENGTH, &f)) {
    make_upper(f.bytes);
    return_value(c, given[0]);
  } else if (is(name, "count") && as_int(given[0], &c->limit)) {
    c->state = COUNTING;
    if (c->limit <= 0) send_frame(c->id, END, (Buffer){0});  // an empty stream says that it is one
    count_on(c);
  } else if (is(name, "fail") && as(given[0], 4 << 3 | LENGTH, &f)) fail_with(c, THREW, "", f.bytes, "");
  else if (is(name, "sleep") && as_int(given[0], &a)) {
    c->state = SLEEPING;
    c->until = now() + (a < 0 ? 0 : a < INT32_MAX ? a : INT32_MAX);
  } else fail(c, BAD_ARGUMENT, methods[method].doc);
}

static void invoked(uint64_t id, Slice body) {
  Call *c = find(0);
  Field f;
  bool more = false, unsupported = false;
  if (c == NULL) return send_failed(id, RESOURCE_EXHAUSTED, "This module takes 64 calls at a time.");
  c->id = id;
  while (take_field(&body, &f)) switch (f.tag) {
    case 3 << 3 | LENGTH: put_slice(&c->method, f.bytes); break;
    case 11 << 3 | VARINT: c->credit = f.number; break;
    case 13 << 3 | VARINT: more = f.number != 0; break;
    case 15 << 3 | LENGTH: put_slice(&c->argument, f.bytes); break;
    case 2 << 3 | LENGTH: case 12 << 3 | VARINT: case 14 << 3 | LENGTH: unsupported = true;  // references, streams in
  }
  if (body.at == NULL) leave("malformed Invoke", 1);
  if (unsupported) return fail(c, UNSUPPORTED, "This module knows no references and takes no streams.");
  if (!more) start(c);
}

static void heard(Call *c, int kind, Slice body) {
  Field f;
  bool more = false;
  if (kind == CANCEL) return fail(c, CANCELLED, "It was cancelled.");
  while (take_field(&body, &f)) {
    if (kind == CREDIT && f.tag == (1 << 3 | VARINT)) c->credit += f.number;
    if (kind == PART && f.tag == (1 << 3 | VARINT)) more = f.number != 0;
    if (kind == PART && f.tag == (15 << 3 | LENGTH)) put_slice(&c->argument, f.bytes);
  }
  if (body.at == NULL) leave("malformed frame", 1);
  if (kind == CREDIT && c->state == COUNTING) count_on(c);
  if (kind != PART || c->state != READING) return;
  if (c->argument.size > MAX_ARGUMENT) return fail(c, RESOURCE_EXHAUSTED, "This module takes arguments of 16 MiB at most.");
  if (!more) start(c);
}

// --- the connection's own frames ----------------------------------------------------------------------------------------
static void describe(Buffer *b, int field) {
  Buffer info = {0};
  put_text(&info, 1, getenv("STOA_MODULE") != NULL ? getenv("STOA_MODULE") : "echo-c");
  put_text(&info, 3, "A module in C without any library.");
  for (int i = 0; i < METHODS; i++) {
    Buffer method = {0};
    put_text(&method, 1, methods[i].name);
    put_text(&method, 2, methods[i].doc);
    if (strcmp(methods[i].name, "count") == 0) put_number(&method, 5, 1);  // streams
    put_message(&info, 4, method);
  }
  put_text(&info, 6, "c");
  put_message(b, field, info);
}

// Hello on a socket, Welcome on stdio: the same words under other numbers.
static void greet(int kind) {
  Buffer body = {0}, limits = {0}, token = {0};
  const char *hex = getenv("STOA_TOKEN");
  for (unsigned byte; hex != NULL && sscanf(hex, "%2x", &byte) == 1; hex += 2) put(&token, &(uint8_t){(uint8_t)byte}, 1);
  put_number(&limits, 2, MAX_CALLS);
  put_number(&body, 1, 1);                      // protocol, protocol_min
  if (kind == HELLO) put_number(&body, 2, 1);   // protocol_max
  put_message(&body, kind == HELLO ? 4 : 3, limits);
  describe(&body, kind == HELLO ? 5 : 4);
  if (kind == HELLO) put_bytes(&body, 6, token.data, token.size);
  free(token.data);
  send_frame(0, kind, body);
}

static void take_frame(Slice frame) {
  uint64_t call = 0;
  int kind = 0;
  Slice body = {0};
  Buffer pong = {0};
  for (Field f; take_field(&frame, &f);) {
    if (f.tag == (1 << 3 | VARINT)) call = f.number;
    if ((f.tag & 7) == LENGTH && f.tag >> 3 <= GOODBYE) kind = (int)(f.tag >> 3), body = f.bytes;
  }
  if (frame.at == NULL) leave("malformed frame", 1);
  Call *c = call != 0 ? find(call) : NULL;
  if (kind == GOODBYE) exit(0);
  else if (kind == HELLO) greet(WELCOME);
  else if (kind == PING) put_slice(&pong, body), send_frame(0, PONG, pong);
  else if (kind == DRAIN) draining = true;
  else if (c != NULL) heard(c, kind, body);
  else if (kind == INVOKE && call != 0) invoked(call, body);
  else if (kind == 0 && call != 0) send_failed(call, UNSUPPORTED, "This kind of frame is not known here.");
}

// Takes the whole frames at the front of what was read. Returns how many bytes they are.
static size_t take_frames(const uint8_t *data, size_t size) {
  Slice rest = {data, data + size};
  for (;;) {
    const uint8_t *begin = rest.at;
    uint64_t length;
    int found = take_varint(&rest, &length);
    if (found < 0 || rest.at - begin > 5 || (found == 1 && length > MAX_FRAME)) leave("a frame is too long", 1);
    if (found == 0 || length > (uint64_t)(rest.end - rest.at)) return (size_t)(begin - data);
    take_frame((Slice){rest.at, rest.at + length});
    rest.at += length;
  }
}

static void dial(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  in = out = socket(AF_UNIX, SOCK_STREAM, 0);
  if (in < 0 || connect(in, (struct sockaddr *)&address, sizeof address) != 0) perror(path), exit(1);
}

// Ends the sleeps that are over. Returns the milliseconds to the next one, -1: none.
static int wake_sleepers(void) {
  int64_t next = -1;
  for (int i = 0; i < MAX_CALLS; i++) {
    if (calls[i].id == 0 || calls[i].state != SLEEPING) continue;
    int64_t left = calls[i].until - now();
    if (left <= 0) return_null(&calls[i]);
    else if (next < 0 || left < next) next = left;
  }
  return (int)next;
}

int main(void) {
  static uint8_t input[6 + 5 + MAX_FRAME];
  size_t have = 0;
  bool greeted = false;
  const char *path = getenv("STOA_SOCKET");
  if (path != NULL && *path != 0) dial(path);
  put(&output, "STOA1\n", 6);
  if (out != 1) greet(HELLO);
  for (;;) {
    int timeout = wake_sleepers(), open = 0;
    for (int i = 0; i < MAX_CALLS; i++) open += calls[i].id != 0;
    if (draining && open == 0) leave("drained", 0);
    flush();
    if (poll(&(struct pollfd){in, POLLIN, 0}, 1, timeout) <= 0) continue;
    ssize_t n = read(in, input + have, sizeof input - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) exit(0);
    size_t used = 0;
    have += (size_t)n;
    if (!greeted && have >= 6) {
      if (memcmp(input, "STOA1\n", 6) != 0) leave("no preface", 1);
      greeted = true;
      used = 6;
    }
    if (greeted) used += take_frames(input + used, have - used);
    have -= used;
    memmove(input, input + used, have);
  }
}
