/*
 * stoaping SOCKET MODULE COUNT BYTES WINDOW: vping, speaking Stoa's protocol. Says Hello, then calls MODULE.echo with a text
 * of BYTES and keeps WINDOW calls in flight; checks each answer. Prints p50, p99, calls/s, MB/s (one direction) and
 * the slowest.
 */
#include "stoa.h"

static unsigned char out[1 << 22];

static int ascending(const void *a, const void *b) {
  double x = *(double *)a, y = *(double *)b;
  return (x > y) - (x < y);
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

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int count = atoi(argv[3]), window = atoi(argv[5]);
  size_t size = atoi(argv[4]), filled = 0;
  unsigned char *body = malloc(size + 256);
  size_t body_size = invoke(body, argv[2], size);
  double *sent_at = malloc(count * sizeof *sent_at), *took = malloc(count * sizeof *took);
  in.fd = dial(argv[1]);
  if (greet(0, 0)) return 3;
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
  printf("%zu bytes, %d in flight: p50 %.1f us, p99 %.1f us, %.0f calls/s, %.0f MB/s, slowest %.1f us\n", size, window,
         took[warm + (count - warm) / 2], took[warm + (int)((count - warm) * .99)], count / total * 1e6, (double)count * size / total, took[count - 1]);
}
