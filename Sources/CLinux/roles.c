#define _GNU_SOURCE
#include "CLinuxRoles.h"
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int clinux_ring_memfd(const char *name, size_t size) {
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    return -1;
  if (ftruncate(fd, (off_t)size) < 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) < 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void *clinux_map(int fd, size_t size) {
  void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return at == MAP_FAILED ? NULL : at;
}

uint64_t clinux_load(const void *at) { return atomic_load_explicit((const _Atomic uint64_t *)at, memory_order_acquire); }
void clinux_store(void *at, uint64_t value) { atomic_store_explicit((_Atomic uint64_t *)at, value, memory_order_release); }

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static socklen_t fill(union address *to, const struct clinux_endpoint *from) {
  *to = (union address){0};
  if (!from->is_ipv6) {
    to->v4 = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(from->port), .sin_addr.s_addr = htonl((uint32_t)from->address.low)};
    return sizeof to->v4;
  }
  uint64_t halves[2] = {htobe64(from->address.high), htobe64(from->address.low)};
  to->v6.sin6_family = AF_INET6;
  to->v6.sin6_port = htons(from->port);
  memcpy(&to->v6.sin6_addr, halves, sizeof halves);
  return sizeof to->v6;
}

static int told(int result, const union address *from, struct clinux_endpoint *into) {
  if (result < 0) return result;
  *into = (struct clinux_endpoint){0};
  if (from->any.sa_family == AF_INET6) {
    uint64_t halves[2];
    memcpy(halves, &from->v6.sin6_addr, sizeof halves);
    into->is_ipv6 = 1;
    into->address = (struct clinux_address){be64toh(halves[0]), be64toh(halves[1])};
    into->port = ntohs(from->v6.sin6_port);
  } else if (from->any.sa_family == AF_INET) {
    into->address.low = ntohl(from->v4.sin_addr.s_addr);
    into->port = ntohs(from->v4.sin_port);
  }
  return result;
}

int clinux_accept(int fd, int blocks, struct clinux_endpoint *peer) {
  union address from = {0};
  socklen_t size = sizeof from;
  return told(accept4(fd, &from.any, &size, (blocks ? 0 : SOCK_NONBLOCK) | SOCK_CLOEXEC), &from, peer);
}

int clinux_connect(int fd, struct clinux_endpoint endpoint) {
  union address to;
  socklen_t size = fill(&to, &endpoint);
  return connect(fd, &to.any, size);
}

int clinux_bind(int fd, struct clinux_endpoint endpoint) {
  union address to;
  socklen_t size = fill(&to, &endpoint);
  return bind(fd, &to.any, size);
}

int clinux_endpoint(int fd, int peer, struct clinux_endpoint *endpoint) {
  union address from = {0};
  socklen_t size = sizeof from;
  return told(peer ? getpeername(fd, &from.any, &size) : getsockname(fd, &from.any, &size), &from, endpoint);
}

int clinux_linger(int fd, int seconds) {
  struct linger linger = {.l_onoff = 1, .l_linger = seconds};
  return setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_ctl(epoll, operation, fd, &event);
}

int clinux_epoll_wait(int epoll, int *fds, uint32_t *events, int count, int milliseconds) {
  struct epoll_event ready[64];
  int n = epoll_wait(epoll, ready, count < 64 ? count : 64, milliseconds);
  for (int i = 0; i < n; i++) {
    fds[i] = ready[i].data.fd;
    events[i] = ready[i].events;
  }
  return n;
}

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
int clinux_gettid(void) { return (int)gettid(); }

int clinux_tell_acknowledgements(int fd) {
  int what = SOF_TIMESTAMPING_TX_ACK | SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
  return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &what, sizeof what);
}

int clinux_acknowledgement(int fd, int64_t *stamp, uint32_t *octet) {
  union {
    char bytes[512];
    struct cmsghdr align;
  } space;
  struct msghdr message = {.msg_control = space.bytes, .msg_controllen = sizeof space.bytes};
  if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
    return -1;
  *stamp = 0;
  *octet = 0;
  for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_TIMESTAMPING) {
      struct scm_timestamping stamps;
      memcpy(&stamps, CMSG_DATA(one), sizeof stamps);
      *stamp = (int64_t)stamps.ts[0].tv_sec * 1000000000 + stamps.ts[0].tv_nsec;
    } else if ((one->cmsg_level == SOL_IP && one->cmsg_type == IP_RECVERR) ||
               (one->cmsg_level == SOL_IPV6 && one->cmsg_type == IPV6_RECVERR)) {
      struct sock_extended_err error;
      memcpy(&error, CMSG_DATA(one), sizeof error);
      *octet = error.ee_data;
    }
  }
  return 0;
}

long clinux_send_to(int fd, const uint8_t *octets, size_t count, struct clinux_endpoint endpoint) {
  union address to;
  socklen_t size = fill(&to, &endpoint);
  return sendto(fd, octets, count, MSG_NOSIGNAL, &to.any, size);
}

long clinux_receive_from(int fd, uint8_t *octets, size_t count, struct clinux_endpoint *from) {
  union address peer = {0};
  socklen_t size = sizeof peer;
  long n = recvfrom(fd, octets, count, MSG_TRUNC, &peer.any, &size);
  told(n < 0 ? -1 : 0, &peer, from);
  return n;
}

int clinux_tell_errors(int fd, int is_ipv6) {
  int one = 1;
  return setsockopt(fd, is_ipv6 ? SOL_IPV6 : SOL_IP, is_ipv6 ? IPV6_RECVERR : IP_RECVERR, &one, sizeof one);
}

int clinux_complaint(int fd, struct clinux_complaint *complaint) {
  union {
    char bytes[512];
    struct cmsghdr align;
  } space;
  struct msghdr message = {.msg_control = space.bytes, .msg_controllen = sizeof space.bytes};
  if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
    return -1;
  *complaint = (struct clinux_complaint){0};
  for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
    if (!(one->cmsg_level == SOL_IP && one->cmsg_type == IP_RECVERR) &&
        !(one->cmsg_level == SOL_IPV6 && one->cmsg_type == IPV6_RECVERR))
      continue;
    struct sock_extended_err error;
    union address from = {0};
    memcpy(&error, CMSG_DATA(one), sizeof error);
    // The one who says so stands behind the error (ip(7)).
    size_t left = one->cmsg_len - CMSG_LEN(sizeof error);
    memcpy(&from, CMSG_DATA(one) + sizeof error, left < sizeof from ? left : sizeof from);
    complaint->error = error.ee_errno;
    complaint->mtu = error.ee_info;
    complaint->type = error.ee_type;
    complaint->code = error.ee_code;
    complaint->is_local = error.ee_origin == SO_EE_ORIGIN_LOCAL;
    told(0, &from, &complaint->from);
  }
  return 0;
}

int clinux_is_confined(void) {
  // The first user namespace maps every user to itself (user_namespaces(7)).
  unsigned long inside = 0, outside = 0, count = 0;
  FILE *map = fopen("/proc/self/uid_map", "re");
  if (!map) return 0;
  int n = fscanf(map, "%lu %lu %lu", &inside, &outside, &count);
  fclose(map);
  return n == 3 && count < 4294967295UL;
}
