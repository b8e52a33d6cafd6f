// The kernel stops a traced process on its way out (PTRACE_EVENT_EXIT): dead, and not yet to be waited for.
#define _GNU_SOURCE
#include "linger.h"
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 3
// The lab's end of its control stream and of its session: whoever holds them keeps the session open.
enum { CONTROL = 3, SESSION = 4 };

/// Traces its parent, says so, and holds it up when it dies.
static void hold(pid_t parent, int saying) {
  close(CONTROL);
  close(SESSION);
  int works = ptrace(PTRACE_SEIZE, parent, NULL, (void *)(long)PTRACE_O_TRACEEXIT) == 0;
  char octet = works ? 1 : 0;
  if (write(saying, &octet, 1) != 1 || !works) _exit(1);
  for (int status; waitpid(parent, &status, __WALL) == parent && WIFSTOPPED(status);) {
    if (status >> 16 == PTRACE_EVENT_EXIT) {
      struct timespec time = {SECONDS, 0};
      nanosleep(&time, NULL);
    }
    int signal = status >> 16 ? 0 : WSTOPSIG(status);
    ptrace(PTRACE_CONT, parent, NULL, (void *)(long)signal);
  }
  _exit(0);
}

int linger(char **words) {
  int pipes[2];
  char octet = 0;
  pid_t own = getpid();
  // Who traces its parent needs leave where Yama looks after that.
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  if (pipe(pipes) < 0) return 71;
  pid_t tracer = fork();
  if (tracer == 0) hold(own, pipes[1]);
  close(pipes[1]);
  if (tracer < 0 || read(pipes[0], &octet, 1) != 1 || !octet) {
    fprintf(stderr, "linger: this process can't be traced\n");
    return 71;
  }
  pid_t program = fork();
  if (program == 0) {
    execvp(words[0], words);
    perror(words[0]);
    _exit(127);
  }
  close(CONTROL);
  close(SESSION);
  waitpid(program, NULL, 0);
  for (;;) pause();
}
