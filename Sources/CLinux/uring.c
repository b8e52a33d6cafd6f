#define _GNU_SOURCE
#include "CLinuxUring.h"
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

struct clinux_uring {
  struct io_uring ring;
  struct io_uring_buf_ring *buffers;
  unsigned char *room;
  unsigned count, size;
};

struct clinux_uring *clinux_uring_make(unsigned entries) {
  struct clinux_uring *at = (struct clinux_uring *)calloc(1, sizeof *at);
  if (!at) return NULL;
  int error = io_uring_queue_init(entries, &at->ring, 0);
  if (error < 0) {
    free(at);
    errno = -error;
    return NULL;
  }
  return at;
}

int clinux_uring_try(void) {
  struct clinux_uring *at = clinux_uring_make(8);
  if (!at) return errno;
  int error = clinux_uring_give_buffers(at, 8, 64) < 0 ? errno : 0;
  io_uring_queue_exit(&at->ring);
  free(at->room);
  free(at->buffers);
  free(at);
  return error;
}

int clinux_uring_fd(struct clinux_uring *at) { return at->ring.ring_fd; }

int clinux_uring_give_buffers(struct clinux_uring *at, unsigned count, unsigned size) {
  void *memory = NULL;
  at->room = (unsigned char *)malloc((size_t)count * size);
  int error = posix_memalign(&memory, 4096, count * sizeof(struct io_uring_buf));
  if (!at->room || error) {
    errno = ENOMEM;
    return -1;
  }
  at->buffers = (struct io_uring_buf_ring *)memory;
  at->count = count;
  at->size = size;
  struct io_uring_buf_reg reg = {.ring_addr = (unsigned long)memory, .ring_entries = count, .bgid = 0};
  error = io_uring_register_buf_ring(&at->ring, &reg, 0);
  if (error < 0) {
    errno = -error;
    return -1;
  }
  io_uring_buf_ring_init(at->buffers);
  for (unsigned i = 0; i < count; i++)
    io_uring_buf_ring_add(at->buffers, at->room + (size_t)i * size, size, (unsigned short)i, io_uring_buf_ring_mask(count), (int)i);
  io_uring_buf_ring_advance(at->buffers, (int)count);
  return 0;
}

unsigned char *clinux_uring_buffer(struct clinux_uring *at, int number) { return at->room + (size_t)number * at->size; }

void clinux_uring_return_buffer(struct clinux_uring *at, int number) {
  io_uring_buf_ring_add(
      at->buffers, clinux_uring_buffer(at, number), at->size, (unsigned short)number, io_uring_buf_ring_mask(at->count), 0);
  io_uring_buf_ring_advance(at->buffers, 1);
}

// A full submission ring is submitted to make room.
static struct io_uring_sqe *clinux_uring_entry(struct clinux_uring *at) {
  struct io_uring_sqe *entry = io_uring_get_sqe(&at->ring);
  if (entry) return entry;
  io_uring_submit(&at->ring);
  return io_uring_get_sqe(&at->ring);
}

int clinux_uring_accept(struct clinux_uring *at, int fd, int multishot, unsigned long long what) {
  struct io_uring_sqe *entry = clinux_uring_entry(at);
  if (!entry) return -1;
  if (multishot)
    io_uring_prep_multishot_accept(entry, fd, NULL, NULL, SOCK_CLOEXEC);
  else
    io_uring_prep_accept(entry, fd, NULL, NULL, SOCK_CLOEXEC);
  entry->user_data = what;
  return 0;
}

int clinux_uring_receive(struct clinux_uring *at, int fd, int multishot, unsigned long long what) {
  struct io_uring_sqe *entry = clinux_uring_entry(at);
  if (!entry) return -1;
  if (multishot)
    io_uring_prep_recv_multishot(entry, fd, NULL, 0, 0);
  else
    io_uring_prep_recv(entry, fd, NULL, at->size, 0);
  entry->flags |= IOSQE_BUFFER_SELECT;
  entry->buf_group = 0;
  entry->user_data = what;
  return 0;
}

int clinux_uring_send(struct clinux_uring *at, int fd, const void *octets, size_t count, unsigned long long what) {
  struct io_uring_sqe *entry = clinux_uring_entry(at);
  if (!entry) return -1;
  io_uring_prep_send(entry, fd, octets, count, MSG_NOSIGNAL);
  entry->user_data = what;
  return 0;
}

int clinux_uring_read(struct clinux_uring *at, int fd, void *into, unsigned count, unsigned long long what) {
  struct io_uring_sqe *entry = clinux_uring_entry(at);
  if (!entry) return -1;
  io_uring_prep_read(entry, fd, into, count, 0);
  entry->user_data = what;
  return 0;
}

unsigned clinux_uring_waiting(struct clinux_uring *at) { return io_uring_sq_ready(&at->ring); }

unsigned clinux_uring_completed(struct clinux_uring *at) { return io_uring_cq_ready(&at->ring); }

int clinux_uring_enter(struct clinux_uring *at, long long nanoseconds) {
  int n;
  if (nanoseconds < 0) {
    n = io_uring_submit_and_wait(&at->ring, 1);
  } else {
    struct __kernel_timespec t = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    struct io_uring_cqe *first;
    n = io_uring_submit_and_wait_timeout(&at->ring, &first, 1, &t, NULL);
  }
  if (n >= 0) return n;
  errno = -n;
  return -1;
}

int clinux_uring_next(struct clinux_uring *at, struct clinux_uring_completion *into) {
  struct io_uring_cqe *one;
  if (io_uring_peek_cqe(&at->ring, &one) != 0 || !one) return 0;
  into->what = one->user_data;
  into->result = one->res;
  into->buffer = one->flags & IORING_CQE_F_BUFFER ? (int)(one->flags >> IORING_CQE_BUFFER_SHIFT) : -1;
  into->has_more = one->flags & IORING_CQE_F_MORE ? 1 : 0;
  io_uring_cqe_seen(&at->ring, one);
  return 1;
}
