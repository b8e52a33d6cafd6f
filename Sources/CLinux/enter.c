#define _GNU_SOURCE
#include "CLinuxLab.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

/// Opens a namespace of a process before any is entered: afterwards /proc shows others.
static int namespace_of(int process, const char *what) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", process, what);
  return open(path, O_RDONLY | O_CLOEXEC);
}

int clinux_enter(int lab, int netns, char *const argv[]) {
  char name[32];
  snprintf(name, sizeof name, "fd/%d", netns);
  int user = namespace_of(lab, "ns/user"), mounts = namespace_of(lab, "ns/mnt"), net = namespace_of(lab, name);
  int pids = namespace_of(lab, "ns/pid_for_children");
  if (user < 0 || mounts < 0 || net < 0 || pids < 0) return -1;
  if (setns(user, CLONE_NEWUSER) < 0 || setns(net, CLONE_NEWNET) < 0 || setns(pids, CLONE_NEWPID) < 0 ||
      setns(mounts, CLONE_NEWNS) < 0)
    return -1;
  // A shell in the lab's PID namespace can't see a terminal's process group of outside, and would wait for ever to be
  // put in the foreground: so the child leads a group of its own there.
  sigset_t stopping, before;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGTTOU);
  sigprocmask(SIG_BLOCK, &stopping, &before);
  int child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    setpgid(0, 0);
    if (isatty(0)) tcsetpgrp(0, getpgrp());
    sigprocmask(SIG_SETMASK, &before, 0);
    // A /proc of the lab's processes, for ps and ss -p; without it the shell works all the same.
    if (unshare(CLONE_NEWNS) == 0) mount("proc", "/proc", "proc", 0, 0);
    execvp(argv[0], argv);
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  if (isatty(0)) tcsetpgrp(0, getpgrp());
  sigprocmask(SIG_SETMASK, &before, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
