// Unix sockets: names, passing of descriptors and credentials.
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void) {
    int pair[2];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    socketpair(AF_INET, SOCK_STREAM, 0, pair + 2);
    struct iovec vec[2] = {{"hello ", 6}, {"world\n", 6}};
    char control[128] = {0};
    struct msghdr msg = {.msg_iov = vec, .msg_iovlen = 2, .msg_control = control, .msg_controllen = CMSG_SPACE(8)};
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(8);
    memcpy(CMSG_DATA(c), (int[]){0, pair[0]}, 8);
    sendmsg(pair[0], &msg, MSG_NOSIGNAL);
    char in[64];
    struct iovec into = {in, sizeof in};
    memset(control, 0, sizeof control);
    struct msghdr got = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    recvmsg(pair[1], &got, MSG_CMSG_CLOEXEC);
    recvmsg(pair[1], &got, MSG_DONTWAIT);
    sendmsg(-1, &msg, 0);
    sendmsg(pair[0], 0, 0);
    int on = 1;
    setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
    send(pair[0], "credentials", 11, 0);
    got.msg_controllen = sizeof control;
    recvmsg(pair[1], &got, MSG_PEEK);
    recv(pair[1], in, sizeof in, MSG_TRUNC);
    struct ucred cred;
    socklen_t len = sizeof cred;
    getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &cred, &len);
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
    struct sockaddr_un name = {AF_UNIX, "socket\n"}, abstract = {AF_UNIX, "\0abstract\1name"};
    bind(s, (void *)&name, sizeof name);
    listen(s, 5);
    accept(s, 0, 0);
    struct sockaddr_un peer;
    len = sizeof peer;
    getsockname(s, (void *)&peer, &len);
    len = sizeof peer;
    getpeername(s, (void *)&peer, &len);
    int t = socket(AF_UNIX, SOCK_DGRAM, 0);
    struct sockaddr_un box = {AF_UNIX, "box"};
    bind(t, (void *)&box, 2 + 4);
    len = 5;
    getsockname(t, (void *)&peer, &len);
    sendto(t, "datagram", 8, 0, (void *)&box, 2 + 3);
    len = sizeof peer;
    recvfrom(t, in, sizeof in, 0, (void *)&peer, &len);
    // Not bound: two instances at once would use the same abstract name.
    bind(-1, (void *)&abstract, 2 + 14);
    sendto(t, "datagram", 8, 0, (void *)&abstract, 2 + 14);
    connect(t, (void *)&name, 2);
    connect(t, (void *)&name, 1);
    shutdown(pair[0], SHUT_WR);
    recv(pair[1], in, sizeof in, 0);
    return 0;
}
