// epoll in all its forms.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int p[2];
    pipe2(p, O_NONBLOCK);
    epoll_create(5);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    epoll_create1(77);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 0x123456789abcdef};
    epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event);
    epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &event);
    event.events = EPOLLOUT | EPOLLONESHOT | EPOLLRDHUP;
    event.data.u64 = 7;
    epoll_ctl(ep, EPOLL_CTL_ADD, p[1], &event);
    event.events = 0;
    epoll_ctl(ep, EPOLL_CTL_MOD, p[1], &event);
    epoll_ctl(ep, EPOLL_CTL_DEL, 99, 0);
    epoll_ctl(ep, 9, p[0], 0);
    struct epoll_event got[4];
    epoll_wait(ep, got, 4, 0);
    write(p[1], "x", 1);
    epoll_wait(ep, got, 4, 1000);
    event.events = EPOLLOUT;
    epoll_ctl(ep, EPOLL_CTL_MOD, p[1], &event);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    epoll_pwait(ep, got, 4, 10, &set);
    struct timespec ts = {0, 1000000};
    syscall(SYS_epoll_pwait2, ep, got, 4, &ts, &set, 8);
    syscall(SYS_epoll_pwait2, ep, got, 4, 0, 0, 8);
    epoll_wait(ep, got, 0, 0);
    epoll_wait(-1, got, 4, 0);
    epoll_wait(ep, (void *)8, 4, 0);
    epoll_ctl(ep, EPOLL_CTL_DEL, p[0], 0);
    return 0;
}
