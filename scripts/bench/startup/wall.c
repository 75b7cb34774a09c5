/*
 * wall COUNT PROGRAM ARG...: runs a program COUNT times with its output thrown away and prints the wall time of each run in
 * milliseconds, a line each. Ends with 1 if the program does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  for (int i = atoi(argv[1]); i > 0; i--) {
    double start = now_ms();
    pid_t child = fork();
    if (child == 0) {
      int null = open("/dev/null", O_RDWR);
      dup2(null, 0);
      dup2(null, 1);
      execvp(argv[2], argv + 2);
      perror(argv[2]);
      _exit(127);
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
      fprintf(stderr, "wall: `%s` did not end with 0\n", argv[2]);
      return 1;
    }
    printf("%.1f\n", now_ms() - start);
    fflush(stdout);
  }
}
