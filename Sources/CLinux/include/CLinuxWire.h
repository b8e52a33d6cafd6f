// The wire's part of what Linux offers only to C. Functions return -1 with errno on failure unless they say otherwise.
#ifndef BACKLAB_CLINUX_WIRE_H
#define BACKLAB_CLINUX_WIRE_H
#include <stddef.h>
#include <stdint.h>

struct pollfd;

enum {
  /// Frames that one call moves at most.
  CLINUX_BATCH = 64,
  /// Octets of room for each frame that is received: more than any has.
  CLINUX_FRAME_ROOM = 1 << 16,
};

/// Where a frame stands in a block of memory, and the kernel's stamp of it in nanoseconds since the epoch.
struct clinux_frame {
  int64_t stamp;
  size_t offset;
  uint32_t length;
};

/// A packet socket for every frame that arrives at the interface, non-blocking, with SO_TIMESTAMPNS.
int clinux_packet_socket(const char *name);
/// recvmmsg(2) without waiting: up to `count` frames, each into CLINUX_FRAME_ROOM octets of `room` of its own.
int clinux_packet_receive(int fd, uint8_t *room, struct clinux_frame *into, int count);
/// sendmmsg(2) without waiting: how many of the frames in `base` were sent before one failed.
int clinux_packet_send(int fd, const uint8_t *base, const struct clinux_frame *frames, int count);
/// Frames that found no room in the socket since the last time: PACKET_STATISTICS.
uint32_t clinux_packet_drops(int fd);
/// ppoll(2) for at most so many nanoseconds; below 0 without end.
int clinux_wait(struct pollfd *fds, size_t count, int64_t nanoseconds);
/// How late the calling thread's timers may be: PR_SET_TIMERSLACK.
int clinux_timer_slack(uint64_t nanoseconds);
/// How long the calling thread runs at a stretch among others, from Linux 6.12 on: the shorter, the sooner it runs when it
/// wakes. Children have what the system gives. sched_setattr(2).
int clinux_short_slice(uint64_t nanoseconds);
/// An eventfd, non-blocking: one process rings, another polls.
int clinux_bell(void);

/// Asks for a pipe's capacity in octets; it stays as it is where the system allows less (F_SETPIPE_SZ, fcntl(2)).
void clinux_pipe_size(int fd, int size);
/// A full memory barrier.
void clinux_fence(void);
#endif
