#define _GNU_SOURCE
#include "CLinuxCrew.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64 };

int clinux_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

int clinux_crew_wait(const int *children, int count) {
  int result = 0;
  for (int i = 0; i < count; i++) {
    int status = 0;
    pid_t got;
    do got = waitpid(children[i], &status, 0);
    while (got < 0 && errno == EINTR);
    if (got < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) result = -1;
  }
  return result;
}

void clinux_crew_stop(const int *children, int count) {
  for (int i = 0; i < count; i++) kill(children[i], SIGKILL);
  clinux_crew_wait(children, count);
}

// Keeps the ends that member `number` reads and writes, closes all others.
static void keep(int pipes[][2], int count, int number, int *from, int *to) {
  int next = number < 0 ? -1 : (number + 1) % count;
  for (int i = 0; i < count; i++) {
    if (i != number) close(pipes[i][0]);
    if (i != next) close(pipes[i][1]);
  }
  if (number < 0) return;
  *from = pipes[number][0];
  *to = pipes[next][1];
}

int clinux_crew(int size, int *from, int *to, int *children) {
  int pipes[MOST][2], made = 0, started = 0, error = EINVAL;
  if (size < 2 || size > MOST) goto fail;
  for (; made < size; made++)
    if (pipe2(pipes[made], O_CLOEXEC) != 0) {
      error = errno;
      goto fail;
    }
  pid_t parent = getpid();
  for (; started < size - 1; started++) {
    pid_t child = fork();
    if (child < 0) {
      error = errno;
      goto fail;
    }
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      keep(pipes, size, started + 1, from, to);
      return started + 1;
    }
    children[started] = child;
  }
  keep(pipes, size, 0, from, to);
  return 0;

fail:
  clinux_crew_stop(children, started);
  keep(pipes, made, -1, from, to);
  errno = error;
  return -1;
}
