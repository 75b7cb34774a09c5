/*
 * stoastream SOCKET serve NAME: registers as module NAME, whose methods are called "out COUNT BYTES" (it streams), "in BYTES" (it
 * takes a stream of such items) and "part BYTES" (its result is one payload in parts).
 * stoastream SOCKET out|in NAME COUNT BYTES, stoastream SOCKET part NAME BYTES: calls them. Prints MB/s.
 * Both ends keep to credit as PROTOCOL.md says.
 */
#include "stoa.h"

enum { FIRST = 32, PIECE = 256 * 1024, ROOM = 1 << 20 };

/* How many items of a size may be under way: 1 MiB of them, within bounds. */
static long window(size_t size) {
  long fit = (1 << 20) / (size + 1);
  return fit < FIRST ? FIRST : fit > 1024 ? 1024 : fit;
}

static unsigned char out[4 << 20];
static size_t filled;

/* A frame as it came. */
typedef struct {
  uint64_t call;
  int kind;
  unsigned char *body, *end;
} frame;

static uint64_t varint(unsigned char **at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    unsigned char b = *(*at)++;
    value |= (uint64_t)(b & 127) << shift;
    if (b < 128) return value;
  }
}

/* The value of a field of numbers, or where a field of bytes begins; 0: it is not there. */
static uint64_t field(frame f, int number, unsigned char **bytes) {
  for (unsigned char *at = f.body; at < f.end;) {
    uint64_t tag = varint(&at), value = varint(&at);
    if (tag >> 3 == (uint64_t)number) {
      if (bytes) *bytes = at;
      return value;
    }
    if ((tag & 7) == LENGTH) at += value;
  }
  return 0;
}

static int next(frame *f) {
  size_t size, prefix;
  unsigned char *at = next_frame(&in, &size, &prefix);
  if (!at) return 0;
  f->end = at + size;
  at += prefix;
  f->call = 0;
  if (*at == (1 << 3 | VARINT)) {
    at++;
    f->call = varint(&at);
  }
  f->kind = varint(&at) >> 3;
  varint(&at);
  f->body = at;
  return 1;
}

static void flush(void) {
  if (write_full(in.fd, out, filled)) exit(0);
  filled = 0;
}

static void say(uint64_t call, int kind, const unsigned char *body, size_t size) {
  if (filled + size + 64 > sizeof out) flush();
  filled += put_frame(out + filled, call, kind, body, size);
}

static void credit(uint64_t call, int number, uint64_t more) {
  unsigned char body[16];
  say(call, CREDIT, body, put_number(body, number, more));
}

/* One direction's stream of items. */
typedef struct {
  uint64_t call;
  long left, credit;
  unsigned char *item;
  size_t size;
} stream;

static stream streaming(uint64_t call, long count, size_t bytes) {
  unsigned char *data = calloc(1, bytes), *value = malloc(bytes + 16);
  stream s = {.call = call, .left = count, .credit = FIRST, .item = malloc(bytes + 32)};
  size_t n = put_bytes(value, 5, data, bytes);
  s.size = put_bytes(s.item, 15, value, n);
  free(data), free(value);
  return s;
}

static void go_on(stream *s) {
  for (; s->left > 0 && s->credit > 0; s->left--, s->credit--) say(s->call, ITEM, s->item, s->size);
}

/* A payload of bytes in parts. */
typedef struct {
  uint64_t call;
  long left, room;
  int begun;
} parts;

static void go_on_parts(parts *p) {
  static unsigned char body[PIECE + 64], piece[PIECE];
  while (p->left > 0 && p->room > 0) {
    size_t size = p->left < PIECE ? p->left : PIECE, n = 0;
    if (!p->begun) { /* the head of Value.bytes */
      piece[0] = 5 << 3 | LENGTH;
      put_varint(piece + 1, p->left - 16);
    }
    p->left -= size;
    p->room -= size;
    if (p->left > 0) n = put_number(body, 1, 1);
    n += put_bytes(body + n, 15, piece, size);
    say(p->call, p->begun ? PART : RETURNED, body, n);
    p->begun = 1;
  }
}

static int serve(void) {
  stream items = {0};
  parts whole = {0};
  long taken = 0, wide = FIRST;
  frame f;
  while (next(&f)) {
    unsigned char *method;
    if (f.kind == INVOKE) {
      uint64_t size = field(f, 3, &method);
      char text[64] = "";
      long first = 0, second = 0;
      memcpy(text, method, size < 63 ? size : 63);
      if (sscanf(text, "out %ld %ld", &first, &second) == 2) {
        free(items.item);
        items = streaming(f.call, first, second);
        items.credit = field(f, 11, 0);
      } else if (sscanf(text, "part %ld", &first) == 1) {
        whole = (parts){.call = f.call, .left = first, .room = ROOM};
      } else if (sscanf(text, "in %ld", &first) == 1 && window(first) > FIRST) {
        credit(f.call, 1, window(first) - FIRST);
      }
      wide = window(first);
      taken = 0;
    } else if (f.kind == ITEM) {
      if (++taken % (wide / 2) == 0) credit(f.call, 1, wide / 2);
    } else if (f.kind == END) {
      say(f.call, RETURNED, 0, 0);
    } else if (f.kind == CREDIT) {
      items.credit += field(f, 1, 0);
      whole.room += field(f, 2, 0);
    }
    if (items.call == f.call && items.left > 0) {
      go_on(&items);
      if (items.left == 0) say(f.call, RETURNED, 0, 0);
    }
    if (whole.call == f.call) go_on_parts(&whole);
    if (in.start == in.end) flush();
  }
  return 0;
}

static int call(const char *what, const char *module, long count, size_t size) {
  char method[64];
  long wide = window(size);
  unsigned char body[256];
  int streams = strcmp(what, "in") == 0, part = strcmp(what, "part") == 0;
  if (streams) snprintf(method, sizeof method, "in %zu", size);
  else if (part) snprintf(method, sizeof method, "part %ld", count);
  else snprintf(method, sizeof method, "out %ld %zu", count, size);
  size_t n = put_bytes(body, 1, module, strlen(module));
  n += put_bytes(body + n, 3, method, strlen(method));
  n += put_number(body + n, 11, wide);
  if (streams) n += put_number(body + n, 12, 1);
  double start = now_us();
  say(1, INVOKE, body, n);
  stream items = streams ? streaming(1, count, size) : (stream){0};
  long got = 0, bytes = 0;
  frame f;
  for (int over = 0; !over;) {
    if (streams && items.left >= 0) {
      go_on(&items);
      if (items.left == 0) {
        say(1, END, 0, 0);
        items.left = -1;
      }
    }
    flush();
    do {
      if (!next(&f)) return 1;
      if (f.call != 1) continue;
      if (f.kind == ITEM) {
        if (++got % (wide / 2) == 0) credit(1, 1, wide / 2);
      } else if (f.kind == CREDIT) {
        items.credit += field(f, 1, 0);
      } else if (f.kind == RETURNED || f.kind == PART) {
        unsigned char *payload;
        uint64_t piece = field(f, 15, &payload);
        bytes += piece;
        over = field(f, 1, 0) == 0;
        if (!over || f.kind == PART) credit(1, 2, piece);
      } else {
        return refuse(f.body, f.end - f.body);
      }
    } while (!over && in.start < in.end);
  }
  double total = now_us() - start;
  if (part ? bytes != count : !streams && got != count) return 3;
  printf("%s, %zu bytes, %ld items: %.0f MB/s\n", what, size, count, (part ? (double)count : (double)count * size) / total);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  unsigned char more[256], info[128];
  size_t n = put_bytes(more, 3, "streams-in", 10);
  n += put_bytes(more + n, 3, "large-payloads", 14);
  int serves = strcmp(argv[2], "serve") == 0;
  if (serves) n += put_bytes(more + n, 5, info, put_bytes(info, 1, argv[3], strlen(argv[3])));
  in.fd = dial(argv[1]);
  if (greet(more, n)) return 3;
  if (serves) return serve();
  return argc < 5 ? 2 : call(argv[2], argv[3], atol(argv[4]), argc > 5 ? atol(argv[5]) : 0);
}
