#define _GNU_SOURCE
#include "CLinuxLab.h"
#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

static struct clinux_address address(int family, const uint32_t *words) {
  if (family == AF_INET) return (struct clinux_address){0, ntohl(words[0])};
  return (struct clinux_address){
      (uint64_t)ntohl(words[0]) << 32 | ntohl(words[1]), (uint64_t)ntohl(words[2]) << 32 | ntohl(words[3])};
}

int clinux_dump(int fd, int is_udp, int is_ipv6, uint32_t states, struct clinux_tcp *into, int count) {
  struct {
    struct nlmsghdr h;
    struct inet_diag_req_v2 q;
  } r = {0};
  r.h.nlmsg_len = sizeof r;
  r.h.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  r.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  r.q.sdiag_family = is_ipv6 ? AF_INET6 : AF_INET;
  r.q.sdiag_protocol = is_udp ? IPPROTO_UDP : IPPROTO_TCP;
  r.q.idiag_states = states;
  r.q.idiag_ext = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_SKMEMINFO - 1);
  if (send(fd, &r, sizeof r, 0) < 0) return -1;
  int found = 0;
  for (;;) {
    _Alignas(8) char buffer[32768];
    long n = recv(fd, buffer, sizeof buffer, 0);
    if (n < 0) return -1;
    for (struct nlmsghdr *h = (struct nlmsghdr *)buffer; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
      if (h->nlmsg_type == NLMSG_DONE) return found;
      if (h->nlmsg_type == NLMSG_ERROR) return -1;
      struct inet_diag_msg *m = NLMSG_DATA(h);
      if (found++ >= count) continue;
      struct clinux_tcp *t = into + found - 1;
      memset(t, 0, sizeof *t);
      t->state = m->idiag_state;
      t->is_ipv6 = m->idiag_family == AF_INET6;
      t->local = address(m->idiag_family, m->id.idiag_src);
      t->remote = address(m->idiag_family, m->id.idiag_dst);
      t->local_port = ntohs(m->id.idiag_sport);
      t->remote_port = ntohs(m->id.idiag_dport);
      t->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
      t->receive_queue = m->idiag_rqueue;
      t->send_queue = m->idiag_wqueue;
      t->timer = m->idiag_timer;
      t->timer_left = m->idiag_expires;
      // A half-open connection has no TCP_INFO: how often its SYN,ACK was sent again is told here.
      if (m->idiag_state == TCP_SYN_RECV) t->retransmits = t->total_retrans = m->idiag_retrans;
      int left = h->nlmsg_len - NLMSG_LENGTH(sizeof *m);
      for (struct rtattr *a = (struct rtattr *)(m + 1); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
        uint32_t w[58] = {0};
        memcpy(w, RTA_DATA(a), RTA_PAYLOAD(a) < sizeof w ? RTA_PAYLOAD(a) : sizeof w);
        if (a->rta_type == INET_DIAG_SKMEMINFO) {
          t->receive_limit = w[SK_MEMINFO_RCVBUF];
          t->send_limit = w[SK_MEMINFO_SNDBUF];
          t->drops = w[SK_MEMINFO_DROPS];
        }
        // struct tcp_info of linux/tcp.h; its last word here is tcpi_snd_wnd (Linux 5.4).
        if (a->rta_type != INET_DIAG_INFO || RTA_PAYLOAD(a) < 104) continue;
        t->send_window = w[57];
        t->rto = w[2];
        t->rtt = w[17];
        t->ssthresh = w[19];
        t->cwnd = w[20];
        t->retransmits = ((unsigned char *)w)[2];
        t->total_retrans = w[25];
      }
    }
  }
}
