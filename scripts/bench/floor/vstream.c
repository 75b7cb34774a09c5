/*
 * vstream COUNT BYTES: one process writes COUNT frames of BYTES, a second reads whatever is there and writes it on, a third
 * takes the frames apart. No credit, nothing looked at: what the kernel charges for a stream over two hops. Prints MB/s.
 */
#include "varint.h"
#include <sys/wait.h>
#include <time.h>

static reader in;

static double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void produce(int fd, long count, size_t size) {
  size_t batch = 1 + 65536 / (size + 8), filled = 0;
  unsigned char *out = malloc(batch * (size + 8));
  for (size_t i = 0; i < batch; i++) {
    filled += put_varint(out + filled, size);
    memset(out + filled, 'x', size);
    filled += size;
  }
  size_t one = filled / batch;
  for (long left = count; left > 0; left -= batch) {
    if (write_full(fd, out, left < (long)batch ? left * one : filled)) exit(1);
  }
  exit(0);
}

static void carry(int from, int to) {
  static unsigned char bytes[256 * 1024];
  for (ssize_t n = read(from, bytes, sizeof bytes); n > 0; n = read(from, bytes, sizeof bytes)) {
    if (write_full(to, bytes, n)) exit(1);
  }
  exit(0);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  long count = atol(argv[1]);
  size_t size = atol(argv[2]);
  int first[2], second[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, first) || socketpair(AF_UNIX, SOCK_STREAM, 0, second)) return 1;
  double start = now_us();
  if (fork() == 0) {
    close(first[1]), close(second[0]), close(second[1]);
    produce(first[0], count, size);
  }
  if (fork() == 0) {
    close(first[0]), close(second[1]);
    carry(first[1], second[0]);
  }
  close(first[0]), close(first[1]), close(second[0]);
  in.fd = second[1];
  long got = 0;
  size_t n, prefix;
  while (next_frame(&in, &n, &prefix)) got++;
  double total = now_us() - start;
  while (wait(0) > 0) {}
  if (got != count) return 3;
  printf("%zu bytes, %ld items: %.0f MB/s\n", size, count, (double)count * size / total);
}
