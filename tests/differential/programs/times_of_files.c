// File times: as values, as named constants, and omitted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

int main(void) {
    struct timespec times[4][2] = {
        {{1, 2}, {3, 4}}, {{0, UTIME_NOW}, {5, UTIME_OMIT}}, {{7, UTIME_OMIT}, {1700000000, 5}}, {{-1, 0}, {0, 1000000000}}};
    for (int i = 0; i < 4; i++)
        utimensat(-1, "missing", times[i], 0);
    struct sockaddr_in6 name = {.sin6_family = AF_INET6, .sin6_port = htons(80), .sin6_flowinfo = htonl(5)};
    inet_pton(AF_INET6, "2001:db8::1", &name.sin6_addr);
    bind(-1, (struct sockaddr *)&name, sizeof name);
    ioctl(-1, 0x12345678, 0);
    ioctl(-1, _IOWR(7, 9, int), 1);
    ioctl(-1, _IOR(7, 9, long), 1);
    mknod("missing/device", S_IFBLK | 0600, 0x1234567);
    return 0;
}
