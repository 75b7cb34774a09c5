/*
 * stoaping SOCKET MODULE COUNT BYTES WINDOW: vping, speaking Stoa's protocol. Says Hello, then calls MODULE.echo with a text
 * of BYTES and keeps WINDOW calls in flight; checks each answer. Prints p50, p99, calls/s and MB/s (one direction).
 */
#include "varint.h"
#include <time.h>

enum { HELLO = 2, WELCOME = 3, INVOKE = 4, RETURNED = 10, VARINT = 0, LENGTH = 2 };

static reader in;
static unsigned char out[1 << 22];

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return (x > y) - (x < y);
}

static size_t put_bytes(unsigned char *at, int field, const void *bytes, size_t size) {
  size_t n = put_varint(at, (uint64_t)field << 3 | LENGTH);
  n += put_varint(at + n, size);
  memcpy(at + n, bytes, size);
  return n + size;
}

static size_t put_frame(unsigned char *at, uint64_t call, int kind, const unsigned char *body, size_t size) {
  unsigned char head[32];
  size_t n = 0;
  if (call != 0) {
    head[n++] = 1 << 3 | VARINT;
    n += put_varint(head + n, call);
  }
  n += put_varint(head + n, (uint64_t)kind << 3 | LENGTH);
  n += put_varint(head + n, size);
  size_t total = put_varint(at, n + size);
  memcpy(at + total, head, n);
  memcpy(at + total + n, body, size);
  return total + n + size;
}

/* Invoke{module, method: "echo", credit: 32, argument: (text)}: the same bytes in each call. */
static size_t invoke(unsigned char *body, const char *module, size_t size) {
  unsigned char *text = malloc(size), *value = malloc(size + 16), *arguments = malloc(size + 32);
  memset(text, 'x', size);
  size_t values = put_bytes(value, 4, text, size);
  size_t whole = put_bytes(arguments, 1, value, values);
  size_t n = put_bytes(body, 1, module, strlen(module));
  n += put_bytes(body + n, 3, "echo", 4);
  body[n++] = 11 << 3 | VARINT;
  body[n++] = 32;
  return n + put_bytes(body + n, 15, arguments, whole);
}

/* The call that a frame ends with a result; 0: it is another frame. */
static uint64_t returned(const unsigned char *p) {
  uint64_t call = 0;
  if (*p++ != (1 << 3 | VARINT)) return 0;
  for (int shift = 0; shift < 64; shift += 7) {
    call |= (uint64_t)(*p & 127) << shift;
    if (*p++ < 128) break;
  }
  return *p == (RETURNED << 3 | LENGTH) ? call : 0;
}

static int refuse(const unsigned char *frame, size_t size) {
  fprintf(stderr, "unexpected frame: ");
  for (size_t i = 0; i < size && i < 400; i++) fputc(frame[i] >= 32 && frame[i] < 127 ? frame[i] : '.', stderr);
  fputc('\n', stderr);
  return 3;
}

static int greet(void) {
  static const unsigned char hello[] = {1 << 3, 1, 2 << 3, 1}; /* protocol 1 to 1 */
  unsigned char greeting[32] = "STOA1\n", preface[6];
  size_t n = 6 + put_frame(greeting + 6, 0, HELLO, hello, sizeof hello), size, prefix;
  if (write_full(in.fd, greeting, n) || read_full(in.fd, preface, 6) || memcmp(preface, "STOA1\n", 6)) return 1;
  unsigned char *frame = next_frame(&in, &size, &prefix);
  if (!frame) return 1;
  return frame[prefix] == (WELCOME << 3 | LENGTH) ? 0 : refuse(frame, size);
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int count = atoi(argv[3]), window = atoi(argv[5]);
  size_t size = atoi(argv[4]), filled = 0;
  unsigned char *body = malloc(size + 256);
  size_t body_size = invoke(body, argv[2], size);
  double *sent_at = malloc(count * sizeof *sent_at), *took = malloc(count * sizeof *took);
  in.fd = dial(argv[1]);
  if (greet()) return 3;
  double start = now_us();
  for (int sent = 0, got = 0; got < count;) {
    while (sent < count && sent - got < window) {
      sent_at[sent] = now_us();
      filled += put_frame(out + filled, 2 * (uint64_t)sent++ + 1, INVOKE, body, body_size);
      if (filled > sizeof out / 4 && !write_full(in.fd, out, filled)) filled = 0;
    }
    if (write_full(in.fd, out, filled)) return 1;
    filled = 0;
    do {
      size_t n, prefix;
      unsigned char *frame = next_frame(&in, &n, &prefix);
      if (!frame) return 1;
      uint64_t call = returned(frame + prefix);
      size_t index = (call - 1) / 2;
      if (call == 0 || index >= (size_t)count) return refuse(frame, n);
      took[index] = now_us() - sent_at[index];
      got++;
    } while (in.start < in.end && got < count && sent - got > window / 2);
  }
  double total = now_us() - start;
  int warm = count / 10;
  qsort(took + warm, count - warm, sizeof *took, ascending);
  printf("%zu bytes, %d in flight: p50 %.1f us, p99 %.1f us, %.0f calls/s, %.0f MB/s\n", size, window,
         took[warm + (count - warm) / 2], took[warm + (int)((count - warm) * .99)], count / total * 1e6, (double)count * size / total);
}
