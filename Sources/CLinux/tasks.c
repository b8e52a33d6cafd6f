#include "CLinuxTasks.h"
#include <stddef.h>
#include <sys/syscall.h>

static const struct {
  long number;
  const char *name;
  int has_fd;
} calls[] = {
    {SYS_read, "read", 1},
    {SYS_write, "write", 1},
    {SYS_readv, "readv", 1},
    {SYS_writev, "writev", 1},
    {SYS_pread64, "pread64", 1},
    {SYS_pwrite64, "pwrite64", 1},
    {SYS_sendfile, "sendfile", 1},
    {SYS_accept, "accept", 1},
    {SYS_accept4, "accept4", 1},
    {SYS_connect, "connect", 1},
    {SYS_recvfrom, "recvfrom", 1},
    {SYS_recvmsg, "recvmsg", 1},
    {SYS_recvmmsg, "recvmmsg", 1},
    {SYS_sendto, "sendto", 1},
    {SYS_sendmsg, "sendmsg", 1},
    {SYS_sendmmsg, "sendmmsg", 1},
    {SYS_epoll_pwait, "epoll_pwait", 1},
    {SYS_epoll_pwait2, "epoll_pwait2", 1},
    {SYS_flock, "flock", 1},
    {SYS_fcntl, "fcntl", 1},
    {SYS_io_uring_enter, "io_uring_enter", 1},
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "epoll_wait", 1},
    {SYS_poll, "poll", 0},
    {SYS_select, "select", 0},
    {SYS_pause, "pause", 0},
#endif
    {SYS_ppoll, "ppoll", 0},
    {SYS_pselect6, "pselect6", 0},
    {SYS_futex, "futex", 0},
    {SYS_nanosleep, "nanosleep", 0},
    {SYS_clock_nanosleep, "clock_nanosleep", 0},
    {SYS_wait4, "wait4", 0},
    {SYS_waitid, "waitid", 0},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait", 0},
    {SYS_rt_sigsuspend, "rt_sigsuspend", 0},
    {SYS_restart_syscall, "restart_syscall", 0},
    {SYS_exit, "exit", 0},
};

const char *clinux_call_name(long number, int *has_fd) {
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    if (calls[i].number != number) continue;
    *has_fd = calls[i].has_fd;
    return calls[i].name;
  }
  *has_fd = 0;
  return NULL;
}
