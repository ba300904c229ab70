// Calls on descriptor 9, which is open on /dev/full, and on that path, in every place in which a call can have them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH "/dev/full"

// Waits for a descriptor among others, behind those that are written, and behind unreadable memory.
static void waits(void) {
    struct timespec none = {0, 0};
    struct pollfd fds[40];
    for (int i = 0; i < 40; i++)
        fds[i] = (struct pollfd){-1, POLLIN, 0};
    fds[39].fd = 9;
    poll(fds, 40, 0);
    poll(fds, 39, 0);
    syscall(SYS_ppoll, fds + 37, 3, &none, 0, 8);
    syscall(SYS_ppoll, fds + 36, 3, &none, 0, 8);
    char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(page + 4096, 4096, PROT_NONE);
    struct pollfd *last = (struct pollfd *)(page + 4096) - 1;
    *last = fds[39];
    poll(last, 2, 0);
    memcpy(page + 4096 - strlen(PATH), PATH, strlen(PATH));
    syscall(SYS_chdir, page + 4096 - strlen(PATH));
    fd_set set;
    for (int which = 0; which < 3; which++) {
        FD_ZERO(&set);
        FD_SET(9, &set);
        fd_set *sets[3] = {0, 0, 0};
        sets[which] = &set;
        syscall(SYS_pselect6, 10, sets[0], sets[1], sets[2], &none, 0);
        FD_SET(9, &set);
        syscall(SYS_pselect6, 9, sets[0], sets[1], sets[2], &none, 0);
    }
    memset(page + 4088, 0xff, 8);
    syscall(SYS_pselect6, 64, page + 4088, 0, 0, &none, 0);
    syscall(SYS_pselect6, 65, page + 4088, 0, 0, &none, 0);
}

// Two paths, or a text that is no path.
static void paths(void) {
#ifdef SYS_rename
    syscall(SYS_rename, "nosuch", PATH);
    syscall(SYS_rename, PATH, "nosuch/nosuch");
    syscall(SYS_link, "nosuch", PATH);
    syscall(SYS_link, PATH, "nosuch/nosuch");
    syscall(SYS_symlink, PATH, "nosuch/nosuch");
    syscall(SYS_symlink, "nosuch", PATH);
#endif
    syscall(SYS_renameat, -1, "nosuch", -1, PATH);
    syscall(SYS_renameat, -1, "nosuch", 9, "nosuch");
    syscall(SYS_linkat, -1, PATH, -1, "nosuch", 0);
    syscall(SYS_linkat, 9, "nosuch", -1, "nosuch", 0);
    syscall(SYS_symlinkat, PATH, -1, "nosuch");
    syscall(SYS_symlinkat, "nosuch", -1, PATH);
    syscall(SYS_symlinkat, "nosuch", 9, "nosuch");
    syscall(SYS_setxattr, PATH, "nosuch", 0, 0, 0);
    syscall(SYS_memfd_create, PATH, 0x80000000);
    syscall(SYS_mq_open, PATH, 0, 0, 0);
    syscall(SYS_mq_unlink, PATH);
    char buffer[64] = PATH;
    syscall(SYS_getcwd, buffer, 0);
}

// Descriptors that are not the first argument, or are nested in memory.
static void descriptors(void) {
    syscall(SYS_epoll_ctl, 9, 2, -1, 0);
    syscall(SYS_epoll_ctl, -1, 2, 9, 0);
    syscall(SYS_fanotify_mark, 9, 1, 0, -1, 0);
    syscall(SYS_fanotify_mark, -1, 1, 0, 9, 0);
    syscall(SYS_perf_event_open, 0, -1, -1, 9, 0);
    syscall(SYS_waitid, 3, 9, 0, 0, 0);
    syscall(SYS_splice, -1, 0, 9, 0, 1, 0);
#ifdef SYS_mmap2
    syscall(SYS_mmap2, 0, 0, 0, MAP_ANONYMOUS, 9, 0);
#else
    syscall(SYS_mmap, 0, 0, 0, MAP_ANONYMOUS, 9, 0);
#endif
    syscall(SYS_ioctl, -1, 0x40049409 /* FICLONE */, 9);
    for (int command = 3; command < 9; command++) {
        syscall(431 /* fsconfig */, 9, command, 0, 0, -1);
        syscall(431, -1, command, 0, PATH, -1);
        syscall(431, -1, command, PATH, 0, 9);
    }
    syscall(427 /* io_uring_register */, 9, 1, 0, 0);
    syscall(427, 9, 0x80000001, 0, 0);
    int two[2];
    socketpair(AF_UNIX, SOCK_STREAM, 0, two);
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    *(int *)CMSG_DATA(&control.header) = 9;
    struct iovec buffer = {PATH, sizeof PATH};
    struct msghdr message = {.msg_iov = &buffer, .msg_iovlen = 1};
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    sendmsg(two[0], &message, 0);
}

int main(void) {
    int full = open(PATH, O_RDWR);
    dup3(full, 9, 0);
    close(full);
    waits();
    paths();
    descriptors();
    close(9);
    return 0;
}
