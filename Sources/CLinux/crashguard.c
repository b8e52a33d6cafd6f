#define _GNU_SOURCE
#include "CLinuxTerminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static const int fatal_signals[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGSYS};
enum { fatal_count = sizeof fatal_signals / sizeof *fatal_signals };

static struct sigaction previous[fatal_count];
static int installed;
static volatile sig_atomic_t armed;
static volatile sig_atomic_t saved;
static int guarded_fd = -1;
static struct termios saved_modes;
static char restore_text[256];
static size_t restore_length;
static volatile sig_atomic_t child_pid;

static void loop_signals(sigset_t *set) {
  sigemptyset(set);
  sigaddset(set, SIGWINCH);
  sigaddset(set, SIGTERM);
  sigaddset(set, SIGINT);
  sigaddset(set, SIGHUP);
  sigaddset(set, SIGTSTP);
  sigaddset(set, SIGCONT);
}

int clinux_signals_open(void) {
  sigset_t set;
  loop_signals(&set);
  signal(SIGPIPE, SIG_IGN);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_signals_read(int fd) {
  struct signalfd_siginfo info;
  return read(fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void clinux_signals_close(int fd) {
  sigset_t set;
  loop_signals(&set);
  close(fd);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void clinux_stop_self(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  // ncurses has put a handler there which stops a second time on the way back.
  signal(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  sigprocmask(SIG_UNBLOCK, &set, NULL);  // the pending stop happens here
  sigprocmask(SIG_BLOCK, &set, NULL);
}

// Only what signal-safety(7) allows.
static void put_back(int fd) {
  size_t done = 0;
  while (done < restore_length) {
    ssize_t n = write(fd, restore_text + done, restore_length - done);
    if (n <= 0) break;
    done += (size_t)n;
  }
  if (saved) tcsetattr(fd, TCSANOW, &saved_modes);
}

static void on_fatal(int number, siginfo_t *info, void *context) {
  int error = errno;
  if (armed) {
    armed = 0;
    put_back(guarded_fd);
  }
  for (int i = 0; i < fatal_count; i++) {
    if (fatal_signals[i] != number) continue;
    struct sigaction *old = &previous[i];
    if (old->sa_flags & SA_SIGINFO) {
      errno = error;
      old->sa_sigaction(number, info, context);
      return;
    }
    if (old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) {
      errno = error;
      old->sa_handler(number);
      return;
    }
  }
  signal(number, SIG_DFL);
  raise(number);
  errno = error;
}

int clinux_tty_raw(int fd) {
  struct termios modes;
  if (tcgetattr(fd, &modes) < 0) return -1;
  if (!saved) {
    saved_modes = modes;
    saved = 1;
  }
  cfmakeraw(&modes);
  modes.c_oflag |= OPOST;
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return tcsetattr(fd, TCSADRAIN, &modes);
}

void clinux_guard_arm(int fd, const char *restore) {
  guarded_fd = fd;
  restore_length = strnlen(restore, sizeof restore_text - 1);
  memcpy(restore_text, restore, restore_length);
  armed = 1;
  if (installed) return;
  installed = 1;
  for (int i = 0; i < fatal_count; i++) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fatal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(fatal_signals[i], &action, &previous[i]);
  }
}

void clinux_guard_disarm(void) { armed = 0; }

void clinux_tty_restore(int fd) {
  if (saved) tcsetattr(fd, TCSADRAIN, &saved_modes);
}

int clinux_tty_size(int fd, int *columns, int *lines) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -1;
  *columns = size.ws_col;
  *lines = size.ws_row;
  return 0;
}

static void pass_on(int number) {
  int error = errno;
  if (child_pid > 0) kill((pid_t)child_pid, number);
  errno = error;
}

int clinux_supervise(int fd, const char *restore) {
  if (tcgetattr(fd, &saved_modes) == 0) saved = 1;
  restore_length = strnlen(restore, sizeof restore_text - 1);
  memcpy(restore_text, restore, restore_length);

  static const int passed[] = {SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGWINCH};
  sigset_t held, before;
  sigemptyset(&held);
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) sigaddset(&held, passed[i]);
  sigprocmask(SIG_BLOCK, &held, &before);

  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    return -1;
  }
  if (child == 0) {
    // A parent killed by force takes the drawing child along, which gives the terminal back itself.
    prctl(PR_SET_PDEATHSIG, SIGHUP);
    if (getppid() != parent) raise(SIGHUP);
    sigprocmask(SIG_UNBLOCK, &held, NULL);  // whatever was blocked by who started us
    return 0;
  }
  child_pid = child;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = pass_on;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) sigaction(passed[i], &action, NULL);
  signal(SIGTTOU, SIG_IGN);
  sigprocmask(SIG_UNBLOCK, &held, NULL);

  int status = 0;
  for (;;) {
    pid_t got = waitpid(child, &status, WUNTRACED);
    if (got < 0) {
      if (errno == EINTR) continue;
      _exit(1);
    }
    if (WIFSTOPPED(status)) {
      raise(SIGSTOP);
      kill(child, SIGCONT);
      continue;
    }
    break;
  }
  child_pid = 0;
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  put_back(fd);
  int number = WTERMSIG(status);
  // End as the child did, without writing a second core.
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  raise(number);
  _exit(128 + number);
}

int clinux_timer_open(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK); }

void clinux_timer_set(int fd, int64_t period) {
  struct timespec time = {period / 1000000000, period % 1000000000};
  struct itimerspec setting = {time, time};
  timerfd_settime(fd, 0, &setting, NULL);
}

uint64_t clinux_timer_read(int fd) {
  uint64_t count = 0;
  return read(fd, &count, sizeof count) == (ssize_t)sizeof count ? count : 0;
}

int clinux_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int clinux_run_shell(const char *command) {
  pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}
