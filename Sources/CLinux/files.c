#define _GNU_SOURCE
#include "CLinuxFiles.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

int clinux_unnamed_file(const char *folder, int is_direct) {
  int flags = O_RDWR | O_CLOEXEC | (is_direct ? O_DIRECT : 0);
  int fd = open(folder, O_TMPFILE | flags, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)) return fd;
  char path[4096];
  if (snprintf(path, sizeof path, "%s/backlab-XXXXXX", folder) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  fd = mkostemp(path, O_CLOEXEC | (is_direct ? O_DIRECT : 0));
  if (fd >= 0) unlink(path);
  return fd;
}

int clinux_is_in_memory(int fd) {
  struct statfs found;
  if (fstatfs(fd, &found) < 0) return -1;
  return found.f_type == TMPFS_MAGIC || found.f_type == RAMFS_MAGIC;
}

int clinux_forget_pages(int fd) {
  int error = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  if (error == 0) return 0;
  errno = error;
  return -1;
}
