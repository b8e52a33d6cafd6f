// refuse MODE PROGRAM [ARGUMENT...]: runs a program on a machine that forbids labs in one of the ways that machines do.
//   docker    a seccomp filter like Docker's: no unshare, setns, mount, nor clone of a namespace
//   users     a user namespace in which no other may be made: user.max_user_namespaces=0
//   networks  the same for user.max_net_namespaces=0
//   maps      a namespace's files can't be opened for writing, as where AppArmor takes its rights
//   netlink   no network can be set up in it
// or that forbids what some labs need:
//   ring      a seccomp filter like Docker's: no io_uring
//   settings  /proc/sys can only be read, as in a container
//   files     4096 open files at most
// or stays when the program has ended, until it is killed and for three seconds after that:
//   linger    as a lab does whose sockets a busy kernel takes down
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "linger.h"

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
#define NAMESPACES                                                                                                     \
  (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP)

#define NUMBER offsetof(struct seccomp_data, nr)
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at)
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
// Unless the loaded word is `value`, passes over the next `n` statements.
#define IS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, n)
#define HAS(bits, n) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, n)
#define BEGIN LOAD(offsetof(struct seccomp_data, arch)), IS(ARCHITECTURE, 1), LOAD(NUMBER)

static int filter(struct sock_filter *statements, size_t count) {
  struct sock_fprog program = {(unsigned short)count, statements};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#define FILTER(...)                                                                                                    \
  ({                                                                                                                   \
    struct sock_filter statements[] = {BEGIN, __VA_ARGS__, ALLOW};                                                     \
    filter(statements, sizeof statements / sizeof *statements);                                                        \
  })

static int put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (fd < 0) return -1;
  ssize_t n = write(fd, text, strlen(text));
  close(fd);
  return n < 0 ? -1 : 0;
}

static int enter(int spaces) {
  char user[32], group[32];
  snprintf(user, sizeof user, "%u %u 1", geteuid(), geteuid());
  snprintf(group, sizeof group, "%u %u 1", getegid(), getegid());
  if (unshare(CLONE_NEWUSER | spaces) < 0 || put("/proc/self/setgroups", "deny") < 0 || put("/proc/self/uid_map", user) < 0 ||
      put("/proc/self/gid_map", group) < 0)
    return -1;
  return 0;
}

static int limit(const char *path) { return enter(0) < 0 ? -1 : put(path, "0"); }

static int lock_settings(void) {
  const char *path = "/proc/sys";
  // What the first mount forbids, a mount of another user namespace has to forbid too.
  unsigned long kept = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (enter(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) return -1;
  if (mount(path, path, NULL, MS_BIND, NULL) < 0) return -1;
  return mount("none", path, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | kept, NULL);
}

static int limit_files(rlim_t most) {
  struct rlimit limit = {most, most};
  return setrlimit(RLIMIT_NOFILE, &limit);
}

static int refuse(const char *mode) {
  if (!strcmp(mode, "users")) return limit("/proc/sys/user/max_user_namespaces");
  if (!strcmp(mode, "networks")) return limit("/proc/sys/user/max_net_namespaces");
  if (!strcmp(mode, "settings")) return lock_settings();
  if (!strcmp(mode, "files")) return limit_files(4096);
  if (!strcmp(mode, "ring")) return FILTER(IS(SYS_io_uring_setup, 1), REFUSE(EPERM));
  if (!strcmp(mode, "docker"))
    // clone3 hides its flags behind a pointer: a filter says that there is none, and programs take clone.
    return FILTER(IS(SYS_unshare, 1), REFUSE(EPERM), IS(SYS_setns, 1), REFUSE(EPERM), IS(SYS_mount, 1), REFUSE(EPERM),
                  IS(SYS_clone3, 1), REFUSE(ENOSYS), IS(SYS_clone, 3), LOAD(ARGUMENT(0)), HAS(NAMESPACES, 1),
                  REFUSE(EPERM));
  if (!strcmp(mode, "maps"))
    return FILTER(IS(SYS_openat, 3), LOAD(ARGUMENT(2)), IS(O_WRONLY | O_CLOEXEC, 1), REFUSE(EACCES));
  if (!strcmp(mode, "netlink"))
    return FILTER(IS(SYS_socket, 5), LOAD(ARGUMENT(0)), IS(AF_NETLINK, 3), LOAD(ARGUMENT(2)), IS(0, 1), REFUSE(EPERM));
  errno = EINVAL;
  return -1;
}

int main(int count, char **words) {
  if (count < 3) {
    fprintf(stderr, "refuse docker|users|networks|maps|netlink|ring|settings|files|linger PROGRAM [ARGUMENT...]\n");
    return 64;
  }
  if (!strcmp(words[1], "linger")) return linger(words + 2);
  if (refuse(words[1]) < 0) {
    perror(words[1]);
    return 71;
  }
  execvp(words[2], words + 2);
  perror(words[2]);
  return 127;
}
