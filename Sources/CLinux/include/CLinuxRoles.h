// The roles' part of what Linux offers only to C: system calls whose types or flags Swift's Glibc module does not show,
// and ordered access to memory that two processes share. Every call returns -1 with errno on failure.
#ifndef BACKLAB_CLINUX_ROLES_H
#define BACKLAB_CLINUX_ROLES_H
#include <stddef.h>
#include <stdint.h>

/// An address in host order; one of IPv4 stands in `low`.
struct clinux_address {
  uint64_t high, low;
};
/// An address and a port in host order.
struct clinux_endpoint {
  struct clinux_address address;
  uint16_t port;
  uint8_t is_ipv6;
};

/// memfd_create(2) with MFD_CLOEXEC, of `size` zero octets that can't be made fewer (F_SEAL_SHRINK).
int clinux_ring_memfd(const char *name, size_t size);
/// mmap(2) of the descriptor, shared, to read and write; nil on failure.
void *clinux_map(int fd, size_t size);
/// Atomic load with acquire order.
uint64_t clinux_load(const void *at);
/// Atomic store with release order.
void clinux_store(void *at, uint64_t value);
/// accept4(2) with SOCK_CLOEXEC, and SOCK_NONBLOCK unless the connection's calls are to block; and the peer.
int clinux_accept(int fd, int blocks, struct clinux_endpoint *peer);
/// connect(2).
int clinux_connect(int fd, struct clinux_endpoint endpoint);
/// bind(2).
int clinux_bind(int fd, struct clinux_endpoint endpoint);
/// The endpoint of this end, or of the other one: getsockname(2), getpeername(2). Port 0 for other families.
int clinux_endpoint(int fd, int peer, struct clinux_endpoint *endpoint);
/// setsockopt(2) SO_LINGER with l_onoff 1.
int clinux_linger(int fd, int seconds);
/// setsockopt(2) SO_TIMESTAMPING: the error queue is to tell when the peer's kernel acknowledged the last octet of each
/// send(2).
int clinux_tell_acknowledgements(int fd);
/// recvmsg(2) with MSG_ERRQUEUE of such a message: 0, its stamp in nanoseconds since the epoch, and the number of the last
/// octet acknowledged, counted from `clinux_tell_acknowledgements`.
int clinux_acknowledgement(int fd, int64_t *stamp, uint32_t *octet);
/// sendto(2) of a datagram; a port of 0 stands for a raw socket's address.
long clinux_send_to(int fd, const uint8_t *octets, size_t count, struct clinux_endpoint to);
/// recvfrom(2) with MSG_TRUNC: the datagram's whole length, of which at most `count` octets are stored, and its sender.
long clinux_receive_from(int fd, uint8_t *octets, size_t count, struct clinux_endpoint *from);
/// setsockopt(2) IP_RECVERR or IPV6_RECVERR: errors that ICMP tells wait in the error queue.
int clinux_tell_errors(int fd, int is_ipv6);
/// What ICMP told of a datagram that could not be delivered: the errno, ICMP's type, code and (for a packet too big) the
/// MTU, and who says so.
struct clinux_complaint {
  struct clinux_endpoint from;
  uint32_t error, mtu;
  uint8_t type, code, is_local;
};
/// recvmsg(2) with MSG_ERRQUEUE of such an error.
int clinux_complaint(int fd, struct clinux_complaint *complaint);
/// Whether the calling process is in a user namespace of its own, as the roles of a lab are.
int clinux_is_confined(void);
/// epoll_create1(2) with EPOLL_CLOEXEC.
int clinux_epoll_create(void);
/// gettid(2).
int clinux_gettid(void);
/// epoll_ctl(2); the descriptor itself is the data.
int clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events);
/// epoll_wait(2): the ready descriptors and their events.
int clinux_epoll_wait(int epoll, int *fds, uint32_t *events, int count, int milliseconds);
#endif
