#define _GNU_SOURCE
#include "CLinuxWire.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clinux_packet_socket(const char *name) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1, size = 4 << 20;
  if (fd < 0) return -1;
  setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  struct sockaddr_ll a = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(name)};
  if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

int clinux_packet_receive(int fd, uint8_t *room, struct clinux_frame *into, int count) {
  struct mmsghdr messages[CLINUX_BATCH];
  struct iovec vectors[CLINUX_BATCH];
  union {
    char bytes[CMSG_SPACE(sizeof(struct timespec))];
    struct cmsghdr align;
  } controls[CLINUX_BATCH];
  if (count > CLINUX_BATCH) count = CLINUX_BATCH;
  for (int i = 0; i < count; i++) {
    vectors[i] = (struct iovec){room + (size_t)i * CLINUX_FRAME_ROOM, CLINUX_FRAME_ROOM};
    messages[i].msg_hdr = (struct msghdr){
        .msg_iov = vectors + i, .msg_iovlen = 1, .msg_control = controls + i, .msg_controllen = sizeof controls[i]};
  }
  int n = recvmmsg(fd, messages, count, MSG_DONTWAIT, NULL);
  struct timespec now;
  if (n > 0) clock_gettime(CLOCK_REALTIME, &now);
  for (int i = 0; i < n; i++) {
    struct timespec t = now;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&messages[i].msg_hdr); c; c = CMSG_NXTHDR(&messages[i].msg_hdr, c))
      if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) memcpy(&t, CMSG_DATA(c), sizeof t);
    into[i].stamp = (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
    into[i].offset = (size_t)i * CLINUX_FRAME_ROOM;
    into[i].length = messages[i].msg_len;
  }
  return n;
}

int clinux_packet_send(int fd, const uint8_t *base, const struct clinux_frame *frames, int count) {
  struct mmsghdr messages[CLINUX_BATCH];
  struct iovec vectors[CLINUX_BATCH];
  if (count > CLINUX_BATCH) count = CLINUX_BATCH;
  for (int i = 0; i < count; i++) {
    vectors[i] = (struct iovec){(void *)(base + frames[i].offset), frames[i].length};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = vectors + i, .msg_iovlen = 1};
  }
  return sendmmsg(fd, messages, count, MSG_DONTWAIT);
}

uint32_t clinux_packet_drops(int fd) {
  struct tpacket_stats stats = {0};
  socklen_t size = sizeof stats;
  return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0 ? 0 : stats.tp_drops;
}

int clinux_wait(struct pollfd *fds, size_t count, int64_t nanoseconds) {
  struct timespec t = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return ppoll(fds, count, nanoseconds < 0 ? NULL : &t, NULL);
}

int clinux_short_slice(uint64_t nanoseconds) {
  // struct sched_attr of linux/sched/types.h, whose other types clash with the C library's; the flag makes children
  // ordinary again: SCHED_FLAG_RESET_ON_FORK.
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {.size = sizeof attributes, .policy = SCHED_OTHER, .flags = 1, .runtime = nanoseconds};
  attributes.nice = getpriority(PRIO_PROCESS, 0);
  return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int clinux_timer_slack(uint64_t nanoseconds) { return prctl(PR_SET_TIMERSLACK, nanoseconds); }

void clinux_pipe_size(int fd, int size) { fcntl(fd, F_SETPIPE_SZ, size); }

int clinux_bell(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void clinux_fence(void) { atomic_thread_fence(memory_order_seq_cst); }
