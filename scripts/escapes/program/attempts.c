// What only system calls can try. The world is in the environment.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char near[4096];
static pid_t victim, host;

static void won(const char *what) {
  for (char *word = getenv("WON"), *at = word; *at != 0; at++) putchar(*at == '.' ? '-' : *at);
  printf(" %s\n", what);
}
static void tell(const char *what, long result) {
  if (result < 0) printf("%s refused: %s\n", what, strerror(errno));
  else won(what);
}

static void show(int file) {
  char text[1000];
  ssize_t size = file < 0 ? -1 : pread(file, text, sizeof text - 1, 0);
  if (size < 0) printf("refused: %s\n", strerror(errno));
  else text[size] = 0, puts(text);
}

static char *secret(void) {
  static char path[5000];
  snprintf(path, sizeof path, "%s/secret.txt", near);
  return path;
}

// A file by its number, whatever stands before its name.
static void by_handle(void) {
  union { struct file_handle handle; char room[sizeof(struct file_handle) + MAX_HANDLE_SZ]; } it = {.handle.handle_bytes = MAX_HANDLE_SZ};
  int mount, from = open(getenv("OWN"), O_RDONLY);
  if (name_to_handle_at(AT_FDCWD, secret(), &it.handle, &mount, 0) == 0) show(open_by_handle_at(from, &it.handle, O_RDONLY));
  else printf("no handle: %s\n", strerror(errno));
  unsigned char root[] = {8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0};  // the root of many file systems is file 2
  memcpy(&it, root, sizeof root);
  int folder = open_by_handle_at(from, &it.handle, O_RDONLY | O_DIRECTORY);
  tell("the root by its number", folder);
  if (folder >= 0) show(openat(folder, secret() + 1, O_RDONLY));
}

static void debugged(void) {
  char here[64], *there = NULL;
  struct iovec local = {here, sizeof here}, remote = {there, sizeof here};
  tell("attach", ptrace(PTRACE_SEIZE, victim, 0, 0));
  int broken = process_vm_readv(victim, &local, 1, &remote, 1, 0) < 0 && errno == EFAULT;  // allowed, and there is nothing at 0
  if (broken) won("read memory");
  int pid = (int)syscall(SYS_pidfd_open, victim, 0);
  tell("a descriptor of another process", pid < 0 ? pid : syscall(SYS_pidfd_getfd, pid, 0, 0));
  pid = (int)syscall(SYS_pidfd_open, host, 0);
  tell("a descriptor of the host", pid < 0 ? pid : syscall(SYS_pidfd_getfd, pid, 0, 0));
  ptrace(PTRACE_DETACH, victim, 0, 0);
}

static void mounts(void) {
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 || unshare(CLONE_NEWNS) == 0) {
    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
    umount2("/tmp", MNT_DETACH), umount2(near, MNT_DETACH), umount2("/proc", MNT_DETACH);
    show(open(secret(), O_RDONLY));
    if (mount("/", getenv("DATA"), NULL, MS_BIND | MS_REC, NULL) == 0) {
      char path[10000];
      snprintf(path, sizeof path, "%s%s", getenv("DATA"), secret());
      show(open(path, O_RDONLY));
    }
  } else printf("no namespace: %s\n", strerror(errno));
  char ns[64];
  snprintf(ns, sizeof ns, "/proc/%d/ns/mnt", host);
  tell("the host's files", setns(open(ns, O_RDONLY), CLONE_NEWNS));
  show(open(secret(), O_RDONLY));
}

// What administrators do. Each is wrong in a way that is found only after the right to do it: nothing changes.
static void allowed(const char *what, long result) { tell(what, result < 0 && (errno == EPERM || errno == ENOSYS || errno == EACCES) ? -1 : 0); }
static void kernel(void) {
  allowed("load a module", syscall(SYS_init_module, "", 0, ""));
  allowed("take away memory", syscall(SYS_swapoff, "/nothing"));
  allowed("start another kernel", syscall(SYS_kexec_load, 0, 0, NULL, 1UL << 40));
  allowed("use ports", syscall(SYS_ioperm, 0x378, 1, 1));
  allowed("name the machine", syscall(SYS_sethostname, "", -1L));
}

static void memory_file(void) {
  int file = memfd_create("program", 0);
  if (write(file, "#!/bin/sh\ncat $OUTSIDE/secret.txt\n", 34) == 34) {
    char path[32], *words[] = {"program", NULL};
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    execv(path, words);
  }
  printf("refused: %s\n", strerror(errno));
}

// Three gigabytes, a megabyte at a time, and each page is used.
static void small_steps(void) {
  for (int i = 0; i < 3000; i++) {
    char *more = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (more == MAP_FAILED) { printf("%d: %s\n", i, strerror(errno)); return; }
    memset(more, i, 1 << 20);
  }
  won("three gigabytes");
}

static void *wait_for_ever(void *nothing) { return pause(), nothing; }
static void threads(void) {
  pthread_t it;
  pthread_attr_t small;
  pthread_attr_init(&small), pthread_attr_setstacksize(&small, 16384);
  for (int i = 0; i < 600; i++)
    if (pthread_create(&it, &small, wait_for_ever, NULL) != 0) { printf("%d threads\n", i); return; }
  sleep(1);
  won("six hundred threads");
}

static void forks(void) {
  int made = 0;
  setpgid(0, 0);
  for (pid_t pid; made < 600; made++) {
    if ((pid = fork()) == 0) { sleep(5); _exit(0); }
    if (pid < 0) { printf("%d: %s\n", made, strerror(errno)); break; }
  }
  sleep(1);  // who is counted once in a while has to be seen
  if (made == 600) won("processes");
  signal(SIGTERM, SIG_IGN), kill(0, SIGTERM);
  while (wait(NULL) > 0) continue;
}

int main(int count, char **words) {
  if (count != 2) return 1;
  snprintf(near, sizeof near, "%s", getenv("OUTSIDE"));
  *strchr(near, ' ') = 0;
  victim = atoi(getenv("VICTIM")), host = atoi(getenv("HOST"));
  setvbuf(stdout, NULL, _IONBF, 0);
  struct { const char *name; void (*attempt)(void); } all[] = {
      {"files.by-number", by_handle}, {"processes.debugged", debugged}, {"processes.mounts", mounts}, {"processes.kernel", kernel},
      {"processes.from-memory", memory_file}, {"memory.small-steps", small_steps}, {"memory.thread-bomb", threads}, {"memory.forks", forks}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(words[1], all[i].name) == 0) return all[i].attempt(), 0;
  return 99;
}
