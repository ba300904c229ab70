// Pointers to unmapped memory, or to the last mapped byte.
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    void *bad = (void *)0x10;
    char *edge = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(edge + 4096, 4096, PROT_NONE);
    char *end = edge + 4096;
    memset(edge, 'e', 4096);
    open(bad, O_RDONLY);
    open(end - 3, O_RDONLY);
    end[-1] = 0;
    open(end - 3, O_RDONLY);
    write(-1, bad, 10);
    write(-1, end - 3, 10);
    write(-1, end - 3, 3);
    read(-1, bad, 10);
    stat("/", bad);
    syscall(SYS_fstat, 0, bad);
    syscall(SYS_fstat, 0, end - 8);
    pipe(bad);
    pipe((void *)(end - 4));
    poll(bad, 1, 0);
    poll((void *)(end - 4), 1, 0);
    struct pollfd *fds = (void *)(end - 8);
    fds->fd = -1;
    fds->events = POLLIN;
    poll(fds, 1, 0);
    poll(fds, 2, 0);
    struct iovec *vec = (void *)(end - 16);
    vec->iov_base = "good";
    vec->iov_len = 4;
    writev(-1, vec, 1);
    writev(-1, vec, 3);
    writev(-1, vec, -1);
    readlink("/proc/self/exe", bad, 100);
    readlink(bad, edge, 100);
    nanosleep(bad, 0);
    syscall(SYS_rt_sigaction, SIGUSR1, bad, 0, 8);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, end - 4, 0, 8);
    connect(-1, bad, 16);
    connect(-1, (void *)(end - 8), 16);
    bind(-1, 0, 16);
    sendmsg(-1, bad, 0);
    sendmsg(-1, (void *)(end - 8), 0);
    recvfrom(-1, bad, 10, 0, bad, bad);
    getsockopt(-1, SOL_SOCKET, SO_ERROR, bad, bad);
    setsockopt(-1, SOL_SOCKET, SO_ERROR, bad, 4);
    epoll_ctl(-1, EPOLL_CTL_ADD, 0, bad);
    wait4(-1, bad, 0, bad);
    getcwd(bad, 100);
    syscall(SYS_getdents64, 0, bad, 100);
    syscall(SYS_execve, "/missing", bad, bad);
    syscall(SYS_execve, bad, bad, bad);
    char **argv = (void *)(end - 8);
    *argv = "last";
    syscall(SYS_execve, "/missing", argv, argv);
    syscall(SYS_futex, bad, 0, 0, bad);
    syscall(SYS_statx, -1, bad, 0, 0, bad);
    syscall(SYS_clone3, bad, 64);
    syscall(SYS_prlimit64, 0, 0, bad, bad);
    syscall(SYS_sysinfo, bad);
    syscall(SYS_uname, bad);
    mkdir(bad, 0755);
    rename(bad, end - 3);
    return 0;
}
