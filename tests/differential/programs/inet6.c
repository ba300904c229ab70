// UDP over IPv6, several messages at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int s = socket(AF_INET6, SOCK_DGRAM, 0);
    int on = 1;
    setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    setsockopt(s, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bind(s, (void *)&name, sizeof name);
    socklen_t len = sizeof name;
    getsockname(s, (void *)&name, &len);
    struct timeval tv = {1, 500000};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    sendto(s, "one", 3, 0, (void *)&name, sizeof name);
    char buf[64], buf2[64];
    struct sockaddr_in6 from;
    len = sizeof from;
    recvfrom(s, buf, sizeof buf, 0, (void *)&from, &len);
    struct iovec vec[2] = {{"first", 5}, {"second", 6}};
    struct mmsghdr out[2] = {
        {{.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = vec, .msg_iovlen = 1}},
        {{.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = vec, .msg_iovlen = 2}},
    };
    sendmmsg(s, out, 2, MSG_DONTWAIT);
    struct iovec into[2] = {{buf, sizeof buf}, {buf2, sizeof buf2}};
    struct mmsghdr in[3] = {{{.msg_iov = into, .msg_iovlen = 1}}, {{.msg_iov = into + 1, .msg_iovlen = 1}}};
    struct timespec ts = {1, 0};
    recvmmsg(s, in, 2, MSG_WAITFORONE, &ts);
    recvmmsg(s, in, 2, MSG_DONTWAIT, 0);
    name.sin6_scope_id = 1;
    name.sin6_flowinfo = htonl(5);
    inet_pton(AF_INET6, "2001:db8::1:2", &name.sin6_addr);
    name.sin6_port = htons(53);
    connect(-1, (void *)&name, sizeof name);
    connect(-1, (void *)&name, 20);
    return 0;
}
