#define _GNU_SOURCE
#include "CLinuxBackend.h"
#include <errno.h>
#include <linux/futex.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

_Static_assert(sizeof(pthread_mutex_t) <= CLINUX_LOCK_SIZE, "a lock has room for a mutex");

int clinux_name_self(const char *name) { return prctl(PR_SET_NAME, name); }

int clinux_fork(void) {
  int parent = getpid(), pid = fork();
  if (pid) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  return 0;
}

int clinux_thread(void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 512 << 10);
  int error = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return error;
}

void *clinux_shared(size_t size) {
  void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? NULL : at;
}

int clinux_lock_make(void *lock) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  int error = pthread_mutex_init(lock, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return error ? -1 : 0;
}

// Whoever died left what the lock guards as it was before or after: every change of it is one store.
static int held(int error, void *lock) {
  if (error == EOWNERDEAD) error = pthread_mutex_consistent(lock);
  return error;
}

int clinux_lock(void *lock) { return held(pthread_mutex_lock(lock), lock) ? -1 : 0; }
int clinux_try_lock(void *lock) { return held(pthread_mutex_trylock(lock), lock) == 0; }
void clinux_unlock(void *lock) { pthread_mutex_unlock(lock); }

uint64_t clinux_add(void *at, uint64_t value) { return atomic_fetch_add_explicit((_Atomic uint64_t *)at, value, memory_order_relaxed); }

int clinux_replace(void *at, uint64_t expected, uint64_t value) {
  return atomic_compare_exchange_strong((_Atomic uint64_t *)at, &expected, value);
}

int clinux_futex_wait(void *word, uint32_t expected) {
  return (int)syscall(SYS_futex, word, FUTEX_WAIT, expected, NULL, NULL, 0);
}

int clinux_futex_wake(void *word, int count) { return (int)syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0); }

int clinux_select(int count, uint64_t *in, uint64_t *out, int milliseconds) {
  struct timeval t = {milliseconds / 1000, milliseconds % 1000 * 1000};
  return select(count, (fd_set *)in, (fd_set *)out, NULL, milliseconds < 0 ? NULL : &t);
}

int clinux_epoll_wait_exactly(int epoll, int *fds, uint32_t *events, int count, int64_t nanoseconds) {
  struct epoll_event ready[64];
  struct timespec t = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  int n = epoll_pwait2(epoll, ready, count < 64 ? count : 64, nanoseconds < 0 ? NULL : &t, NULL);
  for (int i = 0; i < n; i++) {
    fds[i] = ready[i].data.fd;
    events[i] = ready[i].events;
  }
  return n;
}

int64_t clinux_most_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? -1 : (int64_t)limit.rlim_cur;
}

int64_t clinux_file_limit(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_NOFILE, &limit) < 0 ? -1 : limit.rlim_max > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_max;
}

int clinux_last_data(int fd) {
  struct tcp_info info;
  memset(&info, 0, sizeof info);
  socklen_t size = sizeof info;
  return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0 ? -1 : (int)info.tcpi_last_data_recv;
}

int clinux_receive_timeout(int fd, int milliseconds) {
  struct timeval t = {milliseconds / 1000, milliseconds % 1000 * 1000};
  return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}
