// What threads do, as /proc numbers it.
#ifndef BACKLAB_CLINUX_TASKS_H
#define BACKLAB_CLINUX_TASKS_H

/// The name of a system call that may block, by the number that /proc/PID/task/TID/syscall shows; NULL for others.
/// `has_fd` becomes 1 when its first argument is a descriptor.
const char *clinux_call_name(long number, int *has_fd);
#endif
