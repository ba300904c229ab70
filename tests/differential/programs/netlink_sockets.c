// Netlink sockets of every protocol, before and after they have a port.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    for (int protocol = 0; protocol < 24; protocol++) {
        struct sockaddr_nl any = {AF_NETLINK}, chosen = {.nl_family = AF_NETLINK, .nl_pid = 77777};
        int first = socket(AF_NETLINK, SOCK_RAW, protocol), second = socket(AF_NETLINK, SOCK_RAW, protocol);
        bind(first, (struct sockaddr *)&any, sizeof any);
        listen(first, 1);
        bind(second, (struct sockaddr *)&chosen, sizeof chosen);
        listen(second, 1);
        close(first);
        close(second);
    }
    return 0;
}
