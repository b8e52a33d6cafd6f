// What a backend of many threads and processes needs from C: to start and name them, locks that they share, waits that
// Swift's Glibc module does not show. Every call returns -1 with errno on failure unless it says otherwise.
#ifndef BACKLAB_CLINUX_BACKEND_H
#define BACKLAB_CLINUX_BACKEND_H
#include <stddef.h>
#include <stdint.h>

/// PR_SET_NAME: what ps(1) calls the calling thread; at most 15 octets count.
int clinux_name_self(const char *name);
/// fork(2); the child dies with the caller's thread.
int clinux_fork(void);
/// A detached thread with half a megabyte of stack: 0, or the error's number.
int clinux_thread(void *(*body)(void *), void *argument);
/// Zero octets that children share: mmap(2) of MAP_SHARED | MAP_ANONYMOUS; nil on failure.
void *clinux_shared(size_t size);

/// Octets of a lock that threads and processes share.
enum { CLINUX_LOCK_SIZE = 64 };
/// Makes a lock in shared memory. It survives a process that dies while it holds it (pthread_mutexattr_setrobust(3)).
int clinux_lock_make(void *lock);
/// Locks: 0, or -1 when the memory is no lock.
int clinux_lock(void *lock);
/// Locks if nobody holds it: 1 when it does now.
int clinux_try_lock(void *lock);
void clinux_unlock(void *lock);
/// Atomically adds; what was there before.
uint64_t clinux_add(void *at, uint64_t value);
/// Atomically puts `value` in the place of `expected`; whether it stood there.
int clinux_replace(void *at, uint64_t expected, uint64_t value);
/// futex(2) FUTEX_WAIT: sleeps while the word is `expected`.
int clinux_futex_wait(void *word, uint32_t expected);
/// futex(2) FUTEX_WAKE of so many sleepers; how many woke.
int clinux_futex_wake(void *word, int count);

/// select(2) over two sets of 1024 bits, for at most so many milliseconds; below 0 without end.
int clinux_select(int count, uint64_t *in, uint64_t *out, int milliseconds);
/// epoll_pwait2(2): as `clinux_epoll_wait`, in nanoseconds; below 0 without end.
int clinux_epoll_wait_exactly(int epoll, int *fds, uint32_t *events, int count, int64_t nanoseconds);
/// Raises the limit of open files to what the user may have; that limit.
int64_t clinux_most_files(void);
/// How many descriptors a process may raise its limit to; -1 with errno.
int64_t clinux_file_limit(void);
/// Milliseconds since data last came over a connection, or since it was established when none came (tcpi_last_data_recv).
int clinux_last_data(int fd);
/// SO_RCVTIMEO in milliseconds; 0 waits for ever.
int clinux_receive_timeout(int fd, int milliseconds);
#endif
