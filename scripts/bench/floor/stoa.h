/* What the clients of the benchmark need of Stoa's protocol. */
#include "varint.h"
#include <time.h>

enum { HELLO = 2, WELCOME = 3, INVOKE = 4, ITEM = 5, PART = 6, END = 7, CREDIT = 8, RETURNED = 10, FAILED = 11, VARINT = 0, LENGTH = 2 };

static reader in;

static inline double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static inline size_t put_bytes(unsigned char *at, int field, const void *bytes, size_t size) {
  size_t n = put_varint(at, (uint64_t)field << 3 | LENGTH);
  n += put_varint(at + n, size);
  memcpy(at + n, bytes, size);
  return n + size;
}

static inline size_t put_number(unsigned char *at, int field, uint64_t value) {
  size_t n = put_varint(at, (uint64_t)field << 3 | VARINT);
  return n + put_varint(at + n, value);
}

static inline size_t put_frame(unsigned char *at, uint64_t call, int kind, const unsigned char *body, size_t size) {
  unsigned char head[32];
  size_t n = 0;
  if (call != 0) n += put_number(head, 1, call);
  n += put_varint(head + n, (uint64_t)kind << 3 | LENGTH);
  n += put_varint(head + n, size);
  size_t total = put_varint(at, n + size);
  memcpy(at + total, head, n);
  memcpy(at + total + n, body, size);
  return total + n + size;
}

static inline int refuse(const unsigned char *frame, size_t size) {
  fprintf(stderr, "unexpected frame: ");
  for (size_t i = 0; i < size && i < 400; i++) fputc(frame[i] >= 32 && frame[i] < 127 ? frame[i] : '.', stderr);
  fputc('\n', stderr);
  return 3;
}

/* Says Hello, with the fields given behind the protocol's, and waits for Welcome. */
static inline int greet(const unsigned char *more, size_t more_size) {
  unsigned char hello[512] = {1 << 3, 1, 2 << 3, 1}, greeting[600] = "STOA1\n", preface[6]; /* protocol 1 to 1 */
  if (more_size > 0) memcpy(hello + 4, more, more_size);
  size_t n = 6 + put_frame(greeting + 6, 0, HELLO, hello, 4 + more_size), size, prefix;
  if (write_full(in.fd, greeting, n) || read_full(in.fd, preface, 6) || memcmp(preface, "STOA1\n", 6)) return 1;
  unsigned char *frame = next_frame(&in, &size, &prefix);
  if (!frame) return 1;
  return frame[prefix] == (WELCOME << 3 | LENGTH) ? 0 : refuse(frame, size);
}
