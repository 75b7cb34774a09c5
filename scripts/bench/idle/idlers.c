/*
 * idlers SOCKET COUNT MODULE: connects COUNT times, says Hello each time and then nothing but Pong when it is asked. Writes
 * `ready` when all have their Welcome. A line on its input has every hundredth of them call MODULE.echo, one after the other:
 * it writes how many were answered and how many Pings all of them have had. Ends with its input.
 */
#include "stoa.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>

enum { PING = 14, PONG = 15, EVERY = 100, AT_ONCE = 256 };

static int pings;

/* Whether a frame is a Ping, which is answered with the same body. */
static int answered_ping(int fd, unsigned char *frame, size_t size, size_t prefix) {
  if (frame[prefix] != (PING << 3 | LENGTH)) return 0;
  frame[prefix] = PONG << 3 | LENGTH;
  pings++;
  return write_full(fd, frame, size) == 0;
}

static int blocking(int fd, int yes) {
  int flags = fcntl(fd, F_GETFL);
  return fcntl(fd, F_SETFL, yes ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

/* What has come for one that idles: Pings. */
static int hears(int fd) {
  in.fd = fd;
  in.start = in.end = 0;
  if (refill(&in)) return errno == EAGAIN ? 0 : -1;
  while (in.start < in.end) {
    size_t size, prefix;
    blocking(fd, 1); /* the rest of a frame is under way */
    unsigned char *frame = next_frame(&in, &size, &prefix);
    blocking(fd, 0);
    if (!frame || !answered_ping(fd, frame, size, prefix)) return -1;
  }
  return 0;
}

/* One call; whether its answer came. */
static int calls(int fd, const char *module) {
  unsigned char text[8], body[256], frame[300];
  size_t n = put_bytes(body, 1, module, strlen(module));
  n += put_bytes(body + n, 3, "echo", 4);
  unsigned char arguments[16];
  size_t value = put_bytes(text, 4, "idle", 4);
  size_t whole = put_bytes(arguments, 1, text, value);
  n += put_bytes(body + n, 15, arguments, whole);
  in.fd = fd;
  in.start = in.end = 0;
  blocking(fd, 1);
  int sent = write_full(fd, frame, put_frame(frame, 1, INVOKE, body, n)) == 0;
  for (size_t size, prefix; sent;) {
    unsigned char *answer = next_frame(&in, &size, &prefix);
    if (!answer) return 0;
    if (answered_ping(fd, answer, size, prefix)) continue;
    blocking(fd, 0);
    return answer[prefix] == (1 << 3 | VARINT) && answer[prefix + 1] == 1 && answer[prefix + 2] == (RETURNED << 3 | LENGTH);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int count = atoi(argv[2]), *all = malloc(count * sizeof *all), hub = epoll_create1(0);
  struct rlimit most;
  getrlimit(RLIMIT_NOFILE, &most);
  most.rlim_cur = most.rlim_max;
  setrlimit(RLIMIT_NOFILE, &most);
  for (int i = 0; i < count; i++) {
    in.fd = all[i] = dial(argv[1]);
    in.start = in.end = 0;
    if (all[i] < 0 || greet(0, 0) || blocking(all[i], 0)) {
      fprintf(stderr, "client %d was not welcomed\n", i);
      return 1;
    }
    struct epoll_event wants = {.events = EPOLLIN, .data.fd = all[i]};
    epoll_ctl(hub, EPOLL_CTL_ADD, all[i], &wants);
  }
  struct epoll_event wants = {.events = EPOLLIN, .data.fd = 0}, came[AT_ONCE];
  epoll_ctl(hub, EPOLL_CTL_ADD, 0, &wants);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    int n = epoll_wait(hub, came, AT_ONCE, -1);
    for (int i = 0; i < n; i++) {
      char line[64];
      if (came[i].data.fd != 0) {
        if (hears(came[i].data.fd)) {
          fprintf(stderr, "the host has sent a client away\n");
          return 1;
        }
        continue;
      }
      if (read(0, line, sizeof line) <= 0) return 0;
      int answered = 0;
      for (int k = 0; k < count; k += EVERY) answered += calls(all[k], argv[3]);
      printf("answered %d pings %d\n", answered, pings);
      fflush(stdout);
    }
  }
}
