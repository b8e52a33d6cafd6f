// liburing's ring as Swift can hold it: one request a call, completions by value, and buffers that the kernel picks from.
#ifndef BACKLAB_CLINUX_URING_H
#define BACKLAB_CLINUX_URING_H
#include <stddef.h>

/// A ring.
struct clinux_uring;

/// A completion: what it was for, its result (below 0 an errno), the buffer that was picked or -1, and whether more follow.
struct clinux_uring_completion {
  unsigned long long what;
  int result, buffer, has_more;
};

/// A ring of so many entries; nil with errno.
struct clinux_uring *clinux_uring_make(unsigned entries);
/// Makes a ring as a backend needs it, with buffers that the kernel picks from, and gives it up again: 0, or an errno.
int clinux_uring_try(void);
/// The ring's descriptor.
int clinux_uring_fd(struct clinux_uring *at);
/// Gives the kernel `count` (a power of two) buffers of `size` octets; 0, or -1 with errno.
int clinux_uring_give_buffers(struct clinux_uring *at, unsigned count, unsigned size);
/// Where buffer `number` is.
unsigned char *clinux_uring_buffer(struct clinux_uring *at, int number);
/// Gives a buffer back.
void clinux_uring_return_buffer(struct clinux_uring *at, int number);
/// Asks for connections of a listener, one or as many as come; 0, or -1 when there is no room.
int clinux_uring_accept(struct clinux_uring *at, int fd, int multishot, unsigned long long what);
/// Asks for octets, once or as they come, into a buffer that the kernel picks.
int clinux_uring_receive(struct clinux_uring *at, int fd, int multishot, unsigned long long what);
/// Sends octets, which must stay where they are until it completes.
int clinux_uring_send(struct clinux_uring *at, int fd, const void *octets, size_t count, unsigned long long what);
/// Reads from a pipe, into memory that must stay.
int clinux_uring_read(struct clinux_uring *at, int fd, void *into, unsigned count, unsigned long long what);
/// How many entries wait to be submitted.
unsigned clinux_uring_waiting(struct clinux_uring *at);
/// How many completions stand in the ring.
unsigned clinux_uring_completed(struct clinux_uring *at);
/// io_uring_enter(2): submits what waits, and sleeps until there is a completion or so many nanoseconds are over
/// (below 0 without end). How many were submitted, or -1 with errno.
int clinux_uring_enter(struct clinux_uring *at, long long nanoseconds);
/// Takes the next completion: 1, or 0 when there is none.
int clinux_uring_next(struct clinux_uring *at, struct clinux_uring_completion *into);
#endif
