#define _GNU_SOURCE
#include "CLinuxLab.h"
#include "CLinuxUring.h"
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t n = write(fd, text, strlen(text));
  int e = errno;
  close(fd);
  errno = e;
  return n < 0 ? -1 : 0;
}

int clinux_lab_enter(int *step) {
  char map[64];
  unsigned uid = geteuid(), gid = getegid();
  *step = 1;
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS) < 0) return -1;
  *step = 2;
  if (put("/proc/self/setgroups", "deny") < 0) return -1;
  *step = 3;
  snprintf(map, sizeof map, "%u %u 1", uid, uid);
  if (put("/proc/self/uid_map", map) < 0) return -1;
  snprintf(map, sizeof map, "%u %u 1", gid, gid);
  if (put("/proc/self/gid_map", map) < 0) return -1;
  return 0;
}

int clinux_private_folder(const char *path) {
  if (mount("none", "/", 0, MS_REC | MS_PRIVATE, 0) < 0) return -1;
  return mount("backlab", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755");
}

int clinux_mount_over(const char *from, const char *over) { return mount(from, over, 0, MS_BIND, 0); }

int clinux_own_netns(void) { return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC); }
int clinux_setns(int fd) { return setns(fd, CLONE_NEWNET); }

int clinux_netns(void) {
  int own = clinux_own_netns();
  if (own < 0) return -1;
  int made = unshare(CLONE_NEWNET) < 0 ? -1 : clinux_own_netns();
  if (setns(own, CLONE_NEWNET) < 0) made = -1;
  close(own);
  return made;
}

struct request {
  struct nlmsghdr h;
  char body[1000];
};

static void *extend(struct request *r, size_t n) {
  void *at = (char *)r + NLMSG_ALIGN(r->h.nlmsg_len);
  r->h.nlmsg_len = NLMSG_ALIGN(r->h.nlmsg_len) + n;
  return at;
}
static struct rtattr *attribute(struct request *r, int type, const void *data, size_t n) {
  struct rtattr *a = extend(r, RTA_LENGTH(n));
  a->rta_type = type;
  a->rta_len = RTA_LENGTH(n);
  if (n) memcpy(RTA_DATA(a), data, n);
  return a;
}
static void finish(struct request *r, struct rtattr *a) { a->rta_len = (char *)r + r->h.nlmsg_len - (char *)a; }

static int exchange(struct request *r, void *answer, size_t size) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return -1;
  long n = send(fd, r, r->h.nlmsg_len, 0);
  if (n >= 0) n = recv(fd, answer, size, 0);
  int e = errno;
  close(fd);
  errno = e;
  if (n < (long)sizeof(struct nlmsghdr)) return -1;
  struct nlmsghdr *h = answer;
  if (h->nlmsg_type == NLMSG_ERROR) {
    struct nlmsgerr *error = NLMSG_DATA(h);
    if (error->error) {
      errno = -error->error;
      return -1;
    }
  }
  return (int)n;
}

static void begin(struct request *r, int type, int flags) {
  memset(r, 0, sizeof *r);
  r->h.nlmsg_len = NLMSG_LENGTH(0);
  r->h.nlmsg_type = type;
  r->h.nlmsg_flags = NLM_F_REQUEST | flags;
}

int clinux_veth(const char *name, int netns) {
  struct request r;
  char answer[4096];
  begin(&r, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  memset(extend(&r, sizeof(struct ifinfomsg)), 0, sizeof(struct ifinfomsg));
  attribute(&r, IFLA_IFNAME, name, strlen(name) + 1);
  struct rtattr *info = attribute(&r, IFLA_LINKINFO, 0, 0);
  attribute(&r, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = attribute(&r, IFLA_INFO_DATA, 0, 0);
  struct rtattr *peer = attribute(&r, VETH_INFO_PEER, 0, 0);
  memset(extend(&r, sizeof(struct ifinfomsg)), 0, sizeof(struct ifinfomsg));
  attribute(&r, IFLA_IFNAME, "eth0", 5);
  attribute(&r, IFLA_NET_NS_FD, &netns, 4);
  finish(&r, peer);
  finish(&r, data);
  finish(&r, info);
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

int clinux_link_up(const char *name, const uint8_t *mac) {
  struct request r;
  char answer[4096];
  begin(&r, RTM_NEWLINK, NLM_F_ACK);
  struct ifinfomsg *i = extend(&r, sizeof *i);
  i->ifi_index = if_nametoindex(name);
  i->ifi_flags = i->ifi_change = IFF_UP;
  if (mac) attribute(&r, IFLA_ADDRESS, mac, 6);
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

int clinux_link_mtu(const char *name, int mtu) {
  struct request r;
  char answer[4096];
  uint32_t octets = mtu;
  begin(&r, RTM_NEWLINK, NLM_F_ACK);
  struct ifinfomsg *i = extend(&r, sizeof *i);
  i->ifi_index = if_nametoindex(name);
  attribute(&r, IFLA_MTU, &octets, 4);
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

int clinux_link_no_arp(const char *name) {
  struct request r;
  char answer[4096];
  begin(&r, RTM_NEWLINK, NLM_F_ACK);
  struct ifinfomsg *i = extend(&r, sizeof *i);
  i->ifi_index = if_nametoindex(name);
  i->ifi_flags = i->ifi_change = IFF_NOARP;
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

/// An address in network order: its length.
static size_t octets(struct clinux_address address, int is_ipv6, uint8_t *into) {
  uint64_t halves[2] = {htobe64(address.high), htobe64(address.low)};
  uint32_t word = htonl((uint32_t)address.low);
  memcpy(into, is_ipv6 ? (void *)halves : (void *)&word, is_ipv6 ? 16 : 4);
  return is_ipv6 ? 16 : 4;
}

int clinux_address(const char *name, struct clinux_address address, int is_ipv6, int prefix) {
  struct request r;
  char answer[4096];
  uint8_t order[16];
  size_t size = octets(address, is_ipv6, order);
  begin(&r, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  struct ifaddrmsg *a = extend(&r, sizeof *a);
  a->ifa_family = is_ipv6 ? AF_INET6 : AF_INET;
  a->ifa_prefixlen = prefix;
  a->ifa_flags = is_ipv6 ? IFA_F_NODAD : 0;
  a->ifa_index = if_nametoindex(name);
  attribute(&r, IFA_LOCAL, order, size);
  attribute(&r, IFA_ADDRESS, order, size);
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

int clinux_neighbour(const char *name, struct clinux_address address, int is_ipv6, const uint8_t *mac) {
  struct request r;
  char answer[4096];
  uint8_t order[16];
  size_t size = octets(address, is_ipv6, order);
  begin(&r, RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
  struct ndmsg *n = extend(&r, sizeof *n);
  n->ndm_family = is_ipv6 ? AF_INET6 : AF_INET;
  n->ndm_ifindex = if_nametoindex(name);
  n->ndm_state = NUD_PERMANENT;
  attribute(&r, NDA_DST, order, size);
  attribute(&r, NDA_LLADDR, mac, 6);
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

static int route(const char *name, struct clinux_address network, int prefix, int flags, int scope, int type,
                 struct clinux_address address, int mtu) {
  struct request r;
  char answer[4096];
  uint8_t order[16];
  uint32_t index = if_nametoindex(name), most = mtu;
  begin(&r, RTM_NEWROUTE, NLM_F_ACK | flags);
  struct rtmsg *route = extend(&r, sizeof *route);
  *route = (struct rtmsg){
      .rtm_family = AF_INET, .rtm_dst_len = prefix, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_KERNEL,
      .rtm_scope = scope, .rtm_type = RTN_UNICAST};
  octets(network, 0, order);
  if (prefix > 0) attribute(&r, RTA_DST, order, 4);
  octets(address, 0, order);
  attribute(&r, type, order, 4);
  attribute(&r, RTA_OIF, &index, 4);
  if (mtu > 0) {
    struct rtattr *metrics = attribute(&r, RTA_METRICS, 0, 0);
    attribute(&r, RTAX_MTU, &most, 4);
    finish(&r, metrics);
  }
  return exchange(&r, answer, sizeof answer) < 0 ? -1 : 0;
}

int clinux_route(const char *name, struct clinux_address network, int prefix, struct clinux_address gateway) {
  return route(name, network, prefix, NLM_F_CREATE | NLM_F_EXCL, RT_SCOPE_UNIVERSE, RTA_GATEWAY, gateway, 0);
}

int clinux_route_mtu(const char *name, struct clinux_address network, int prefix, struct clinux_address source, int mtu) {
  return route(name, network, prefix, NLM_F_REPLACE, RT_SCOPE_LINK, RTA_PREFSRC, source, mtu);
}

int clinux_wait_up(const char *name) {
  for (int tries = 0; tries < 3000; tries++) {
    struct request r;
    char answer[8192];
    begin(&r, RTM_GETLINK, 0);
    struct ifinfomsg *i = extend(&r, sizeof *i);
    i->ifi_index = if_nametoindex(name);
    int n = exchange(&r, answer, sizeof answer);
    if (n < 0) return -1;
    struct nlmsghdr *h = (struct nlmsghdr *)answer;
    struct rtattr *a = IFLA_RTA(NLMSG_DATA(h));
    int left = IFLA_PAYLOAD(h);
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
      if (a->rta_type == IFLA_OPERSTATE && *(uint8_t *)RTA_DATA(a) == 6) return 0;
    struct timespec t = {0, 1000000};
    nanosleep(&t, 0);
  }
  errno = ETIMEDOUT;
  return -1;
}

int clinux_no_checksum_offload(const char *name) {
  struct ethtool_value value = {.cmd = ETHTOOL_STXCSUM, .data = 0};
  struct ifreq r = {0};
  strncpy(r.ifr_name, name, IFNAMSIZ - 1);
  r.ifr_data = (char *)&value;
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int result = ioctl(fd, SIOCETHTOOL, &r);
  close(fd);
  return result;
}

int clinux_init(int pipe) {
  int pid = fork();
  if (pid) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Everything but the pipe is closed: an inherited end of a socket would outlive its owner.
  if (pipe != 3) dup2(pipe, 3);
  close_range(4, ~0u, 0);
  for (int fd = 0; fd < 3; fd++) close(fd);
  signal(SIGCHLD, SIG_IGN);
  char c;
  while (read(3, &c, 1) < 0 && errno == EINTR) {}
  _exit(0);
}

static void place(int fd, int at) {
  if (fd == at) fcntl(fd, F_SETFD, 0);
  else if (fd >= 0) dup2(fd, at);
}

/// Keeps CAP_NET_RAW over execve(2), where an ordinary user's rights in the namespace would end (capabilities(7)).
static int keep_raw(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  data[0].inheritable |= 1 << CAP_NET_RAW;
  if (syscall(SYS_capset, &header, data) < 0) return -1;
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0);
}

static int spawn(int netns, char *const argv[], int control, int ring, int bell, int output, int is_raw) {
  int parent = getpid(), pid = fork();
  if (pid) return pid;
  if (netns < 0) {
    // No PID namespace ends with the lab here: the process is bound to it by itself.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(125);
  } else if (setns(netns, CLONE_NEWNET) < 0 || (is_raw && keep_raw() < 0)) _exit(126);
  setsid();
  int c = control < 0 ? -1 : fcntl(control, F_DUPFD, 10), r = ring < 0 ? -1 : fcntl(ring, F_DUPFD, 10);
  int b = ring < 0 ? -1 : fcntl(bell, F_DUPFD, 10);
  int o = fcntl(output, F_DUPFD, 10), n = open("/dev/null", O_RDONLY);
  place(n, 0);
  place(o, 1);
  place(o, 2);
  place(c, 3);
  place(r, 4);
  place(b, 5);
  close_range(r < 0 ? (c < 0 ? 3 : 4) : 6, ~0u, 0);
  // The lab's timers are exact; its programs get what programs get.
  prctl(PR_SET_TIMERSLACK, 50000);
  signal(SIGPIPE, SIG_DFL);
  execvp(argv[0], argv);
  _exit(127);
}

int clinux_spawn(int netns, char *const argv[], int control, int ring, int bell, int output) {
  return spawn(netns, argv, control, ring, bell, output, 0);
}

int clinux_spawn_raw(int netns, char *const argv[], int control, int ring, int bell, int output) {
  return spawn(netns, argv, control, ring, bell, output, 1);
}

int clinux_spawn_lab(const char *path, char *const argv[], int control, int session) {
  int parent = getpid(), pid = fork();
  if (pid) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);
  int c = fcntl(control, F_DUPFD, 10), s = fcntl(session, F_DUPFD, 10), n = open("/dev/null", O_RDONLY);
  place(n, 0);
  place(c, 3);
  place(s, 4);
  close_range(5, ~0u, 0);
  execv(path, argv);
  _exit(127);
}

int clinux_diag_socket(int netns) {
  if (netns < 0) return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  int own = clinux_own_netns();
  if (own < 0 || setns(netns, CLONE_NEWNET) < 0) return -1;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  setns(own, CLONE_NEWNET);
  close(own);
  return fd;
}

int clinux_probe(int pipe, int tries_ring, char *const paths[], char *const values[], int count) {
  int pid = fork();
  if (pid) return pid;
  unsigned char answer[3 + 2 * CLINUX_PROBE_MOST] = {0};
  int step = 1;
  if (clinux_lab_enter(&step) < 0) answer[0] = step, answer[1] = errno;
  else {
    int own = clinux_own_netns();
    if (own < 0 || clinux_veth("probe", own) < 0) answer[0] = 4, answer[1] = errno;
  }
  // In the lab's user namespace, where not even root has the rights that kernel.io_uring_disabled=1 asks for.
  if (tries_ring) answer[2] = clinux_uring_try();
  for (int i = 0; i < count && i < CLINUX_PROBE_MOST && !answer[0]; i++) {
    unsigned char *one = answer + 3 + 2 * i;
    int fd = open(paths[i], O_WRONLY | O_CLOEXEC);
    size_t size = strlen(values[i]);
    if (fd < 0) one[0] = 1, one[1] = errno;
    else if (write(fd, values[i], size) != (ssize_t)size) one[0] = 2, one[1] = errno;
    if (fd >= 0) close(fd);
  }
  _exit(write(pipe, answer, sizeof answer) == (ssize_t)sizeof answer ? 0 : 1);
}

int clinux_pidfd_open(int pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }
