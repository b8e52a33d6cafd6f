// The laboratory's part of what Linux offers only to C. Every function returns -1 with errno on failure.
#ifndef BACKLAB_CLINUX_LAB_H
#define BACKLAB_CLINUX_LAB_H
#include <stddef.h>
#include <stdint.h>

#include "CLinuxRoles.h"

/// unshare(2) of user, network, pid and mount namespaces with an identity map. The step that failed is 1 for
/// unshare, 2 for setgroups and 3 for the maps.
int clinux_lab_enter(int *step);
/// Makes a network namespace, returns to the caller's own and returns a descriptor of the new one.
int clinux_netns(void);
/// setns(2) into a network namespace.
int clinux_setns(int fd);
/// Opens the network namespace of the calling thread.
int clinux_own_netns(void);
/// A veth pair: `name` here, `eth0` in `netns`.
int clinux_veth(const char *name, int netns);
/// Gives the interface a hardware address (nil to leave it) and brings it up.
int clinux_link_up(const char *name, const uint8_t *mac);
/// Sets the largest packet that the interface takes, in octets.
int clinux_link_mtu(const char *name, int mtu);
/// Lets the interface look for no neighbours: the flag IFF_NOARP.
int clinux_link_no_arp(const char *name);
/// Adds an address to the interface; one of IPv6 can be used at once, nobody is asked whether it is taken.
int clinux_address(const char *name, struct clinux_address address, int is_ipv6, int prefix);
/// Adds a permanent neighbour.
int clinux_neighbour(const char *name, struct clinux_address address, int is_ipv6, const uint8_t *mac);
/// Adds a route of IPv4 to `network` over `gateway`; a `prefix` of 0 is the default route.
int clinux_route(const char *name, struct clinux_address network, int prefix, struct clinux_address gateway);
/// Gives the route to a network of the interface's own address `source` another MTU: the largest packet on that path.
int clinux_route_mtu(const char *name, struct clinux_address network, int prefix, struct clinux_address source, int mtu);
/// Waits until the interface is operationally up (IFLA_OPERSTATE 6).
int clinux_wait_up(const char *name);
/// Turns off transmit checksum offload, so that frames leave with finished checksums.
int clinux_no_checksum_offload(const char *name);
/// Forks the pid namespace's first process: it lives until `pipe` ends or its parent dies.
int clinux_init(int pipe);
/// Forks and executes `argv` in `netns` with fd 3 `control`, 4 `ring`, 5 `bell` and its output to `output`. With `netns` -1
/// it stays in the caller's and dies with the caller.
int clinux_spawn(int netns, char *const argv[], int control, int ring, int bell, int output);
/// The same, and the program keeps the right to raw sockets in `netns`.
int clinux_spawn_raw(int netns, char *const argv[], int control, int ring, int bell, int output);
/// Forks and executes `argv` with fd 3 `control` and 4 `session`; it dies with the caller.
int clinux_spawn_lab(const char *path, char *const argv[], int control, int session);
/// The most settings that a probe tries.
#define CLINUX_PROBE_MOST 256
/// Forks a child that tries to build a lab and writes 3 + 2 * CLINUX_PROBE_MOST octets to `pipe`: 0 or the failed step (4 is
/// netlink) and its errno; what `clinux_uring_try` says, if it is to try that; then for each of `count` settings of a new network
/// namespace 0, 1 when its file can't be opened or 2 when its value is refused, and the errno.
int clinux_probe(int pipe, int tries_ring, char *const paths[], char *const values[], int count);
/// A socket for sock_diag in `netns`; -1 is the caller's own.
int clinux_diag_socket(int netns);
/// One socket as inet_diag tells it; of UDP only ends, queues, limits and drops.
struct clinux_tcp {
  struct clinux_address local, remote;
  uint32_t receive_queue, send_queue;
  /// What the socket's buffers may hold (SO_MEMINFO), the window that the peer allows, and datagrams of UDP dropped.
  uint32_t receive_limit, send_limit, send_window, drops;
  uint32_t rto, rtt, ssthresh, cwnd;
  /// Timeouts in a row that nothing has answered, and all that was ever sent again.
  uint32_t retransmits, total_retrans;
  /// The milliseconds until its timer ends.
  uint32_t timer_left;
  /// What the kernel tells this socket from all others by.
  uint64_t cookie;
  uint16_t local_port, remote_port;
  uint8_t state, is_ipv6;
  /// The timer that runs: 0 none, 1 to send again (or to probe for a loss), 2 keepalive, 3 TIME-WAIT, 4 persist.
  uint8_t timer;
};
/// Dumps the sockets of one family of TCP, or of UDP, in `states` (a bit for each); returns how many there are, at most
/// `count` stored.
int clinux_dump(int fd, int is_udp, int is_ipv6, uint32_t states, struct clinux_tcp *into, int count);
/// pidfd_open(2): a descriptor that becomes readable when the process ends.
int clinux_pidfd_open(int pid);
/// Makes the mounts of the calling process its own, and `path` an empty folder in memory that only its children see.
int clinux_private_folder(const char *path);
/// Puts the file `from` in the place of the file `over`, for the calling process and its children.
int clinux_mount_over(const char *from, const char *over);
/// Runs a program in a lab of the caller's: in the namespaces of its process `lab`, with the network namespace of that
/// process's descriptor `netns`. Returns the program's exit status, or -1 with errno. Needs a process of one thread.
int clinux_enter(int lab, int netns, char *const argv[]);
#endif
