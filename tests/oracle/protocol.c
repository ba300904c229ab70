// A library to preload into strace when the kernel lacks a netlink protocol that the made-up calls need. make_calls then uses
// a socket of NETLINK_USERSOCK instead. In the kernel's list of sockets, this library replaces that protocol by the one in
// PROTOCOL on the way to strace.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <sys/socket.h>

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
    static ssize_t (*real)(int, struct msghdr *, int);
    const char *protocol = getenv("PROTOCOL");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t got = real(fd, message, flags);
    if (got <= 0 || !protocol || message->msg_iovlen != 1)
        return got;
    int left = (int)got;
    for (struct nlmsghdr *each = message->msg_iov[0].iov_base; NLMSG_OK(each, left); each = NLMSG_NEXT(each, left)) {
        struct netlink_diag_msg *socket = NLMSG_DATA(each);
        if (each->nlmsg_type == SOCK_DIAG_BY_FAMILY && each->nlmsg_len >= NLMSG_LENGTH(sizeof *socket) &&
            socket->ndiag_family == AF_NETLINK && socket->ndiag_protocol == NETLINK_USERSOCK)
            socket->ndiag_protocol = (__u8)atoi(protocol);
    }
    return got;
}
