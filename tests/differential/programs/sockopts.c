// Socket options of several levels.
#define _GNU_SOURCE
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0), n = 65536;
    socklen_t len = sizeof n;
    setsockopt(s, SOL_SOCKET, SO_SNDBUF, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, SO_REUSEPORT, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, 9999, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, &n, 2);
    setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, 0, 4);
    getsockopt(s, SOL_SOCKET, SO_TYPE, &n, &len);
    getsockopt(s, SOL_SOCKET, SO_DOMAIN, &n, &len);
    getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, &n, &len);
    len = 100;
    char many[100];
    getsockopt(s, SOL_SOCKET, SO_SNDBUF, many, &len);
    struct linger linger;
    len = sizeof linger;
    getsockopt(s, SOL_SOCKET, SO_LINGER, &linger, &len);
    getsockopt(s, SOL_SOCKET, SO_ERROR, &n, 0);
    getsockopt(-1, SOL_SOCKET, SO_ERROR, &n, &len);
    n = 1;
    setsockopt(s, IPPROTO_TCP, TCP_CORK, &n, sizeof n);
    setsockopt(s, IPPROTO_TCP, TCP_USER_TIMEOUT, &n, sizeof n);
    setsockopt(s, IPPROTO_IP, IP_TOS, &n, sizeof n);
    setsockopt(s, IPPROTO_IP, IP_TTL, &n, 1);
    setsockopt(s, IPPROTO_IPV6, 99, &n, sizeof n);
    struct ip_mreq group = {{htonl(0xe0000001)}, {0}};
    setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group);
    setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
    struct timeval tv = {2, 5};
    setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
    len = sizeof tv;
    getsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &tv, &len);
    setsockopt(s, 12345, 6, &n, sizeof n);
    setsockopt(s, SOL_SOCKET, SO_DETACH_FILTER, &n, sizeof n);
    // A group is whole or not one, a filter has exactly its size, and a range of ports has two ends.
    char room[144] = {0, 0, 0, 0, 0, 0, 0, 0, AF_INET, 0, 1, 2, 3, 4, 5, 6};
    for (int length = 0; length < 142; length += length < 18 ? 1 : 3) {
        setsockopt(-1, IPPROTO_IP, 42, room, length);
        setsockopt(-1, IPPROTO_IPV6, 45, room, length);
        setsockopt(-1, SOL_SOCKET, SO_ATTACH_FILTER, room, length);
        setsockopt(-1, IPPROTO_IP, 51, room, length);
    }
    unsigned ranges[] = {0, 1, 0x10000, 0x20001, 0x10002, -1};
    for (unsigned i = 0; i < sizeof ranges / sizeof *ranges; i++)
        setsockopt(-1, IPPROTO_IP, 51, ranges + i, 4);
    len = sizeof n;
    getsockopt(s, IPPROTO_IP, 52, &n, &len);
    for (int option = 0; option < 10; option++) {
        setsockopt(-1, 40, option, &n, sizeof n);
        setsockopt(-1, 100, option, &n, sizeof n);
        setsockopt(-1, 101, option, &n, sizeof n);
    }
    return 0;
}
