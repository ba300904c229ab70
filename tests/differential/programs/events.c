// Descriptors that stand for events: eventfd, inotify, pidfd, userfaultfd's absence.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    uint64_t value = 5;
    int fd = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
    write(fd, &value, 8);
    read(fd, &value, 8);
    eventfd(0, 0);
    syscall(SYS_eventfd2, 1, 0x7000000);
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    inotify_add_watch(watch, ".", IN_CREATE | IN_DELETE | IN_ONLYDIR);
    inotify_add_watch(watch, "missing", IN_ALL_EVENTS);
    close(creat("file", 0600));
    char buf[512];
    read(watch, buf, sizeof buf);
    inotify_rm_watch(watch, 1);
    inotify_rm_watch(watch, 99);
    int pidfd = syscall(SYS_pidfd_open, getpid(), 0);
    syscall(SYS_pidfd_send_signal, pidfd, 0, 0, 0);
    syscall(SYS_pidfd_send_signal, -1, SIGTERM, 0, 0);
    syscall(SYS_pidfd_getfd, pidfd, 0, 0);
    syscall(SYS_pidfd_open, -1, 0);
    return 0;
}
