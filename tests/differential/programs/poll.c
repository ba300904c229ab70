// Waiting for descriptors: poll, ppoll, select, pselect6.
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int p[2];
    pipe(p);
    struct pollfd fds[3] = {{p[0], POLLIN, 0}, {p[1], POLLOUT | POLLERR, 0}, {-1, POLLPRI, 7}};
    poll(fds, 1, 10);
    poll(fds, 3, -1);
    poll(0, 0, 0);
    poll((void *)8, 1, 0);
    fds[0].fd = 99;
    poll(fds, 2, 0);
    fds[0].fd = p[0];
    write(p[1], "x", 1);
    poll(fds, 3, 1000);
    struct timespec ts = {0, 5000000};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    syscall(SYS_ppoll, fds, 2, &ts, &set, 8);
    syscall(SYS_ppoll, fds, 1, 0, 0, 8);
    syscall(SYS_ppoll, 0, 0, &ts, 0, 8);
    fd_set r, w;
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_SET(p[0], &r);
    FD_SET(p[1], &w);
#ifdef SYS_select
    struct timeval tv = {1, 0};
    syscall(SYS_select, p[1] + 1, &r, &w, 0, &tv);
    FD_ZERO(&r);
    FD_SET(p[0], &r);
    syscall(SYS_select, p[1] + 1, &r, 0, &w, 0);
    FD_ZERO(&w);
    struct timeval none = {0, 0};
    syscall(SYS_select, 0, 0, 0, 0, &none);
    syscall(SYS_select, p[1] + 1, &w, 0, 0, &none);
    syscall(SYS_select, -1, 0, 0, 0, &none);
#endif
    struct { sigset_t *set; size_t size; } mask = {&set, 8};
    FD_SET(p[0], &r);
    syscall(SYS_pselect6, p[1] + 1, &r, 0, 0, &ts, &mask);
    syscall(SYS_pselect6, 0, 0, 0, 0, &ts, 0);
    return 0;
}
