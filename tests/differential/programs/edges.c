// Arguments at the edges of what calls take: memory that ends in the middle, sizes one too small, lengths that are none,
// structures that are longer or shorter than known, values without a name.
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static char *end;

static void files(char *room) {
    int fd = open("edges", O_CREAT | O_RDWR, 0600);
    setxattr("edges", "user.test", "value", 5, 0);
    for (int size = 0; size < 8; size++)
        getxattr("edges", "user.test", room, size);
    fgetxattr(fd, "user.test", 0, 0);
    listxattr("edges", room, 0);
    listxattr("edges", room, 100);
    struct { long seconds, fraction; } *times = (void *)(end - 16);
    times->seconds = 1, times->fraction = 2;
#ifdef SYS_futimesat
    syscall(SYS_futimesat, AT_FDCWD, "edges", times);
#endif
#ifdef SYS_utimes
    syscall(SYS_utimes, "edges", times);
    syscall(SYS_utimes, "edges", times - 1);
#endif
    syscall(SYS_utimensat, AT_FDCWD, "edges", times, 0);
    struct { unsigned long long flags, mode, resolve, more; } how = {O_TMPFILE | 3, 0, 1ull << 62, 0};
    syscall(437, -1, "edges", &how, 24);
    how.more = 0x8786858483828180ull;
    syscall(437, -1, "edges", &how, 32);
    how.flags = O_RDONLY | O_EXCL, how.resolve = 0, how.mode = 0777;
    syscall(437, -1, "edges", &how, 24);
    syscall(437, -1, "edges", &how, 20);
    memcpy(end - 24, &how, 24);
    syscall(437, -1, "edges", end - 24, 24);
    syscall(437, -1, "edges", end - 24, 32);
    unlink("edges");
    fsync(fd);
    close(fd);
}

static void sockets(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), pair[2];
    int value[8] = {-15, -42, 3};
    for (int length = -1; length < 10; length++) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, value, length);
        setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, value, length);
    }
    value[0] = 1, value[1] = 2;
    setsockopt(fd, SOL_SOCKET, SO_LINGER, value, 8);
    for (socklen_t length = 0; length < 10; length++) {
        socklen_t given = length;
        getsockopt(fd, SOL_SOCKET, SO_LINGER, value, &given);
    }
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    for (socklen_t length = 4; length < 14; length++) {
        socklen_t given = length;
        getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, value, &given);
    }
}

static void numbers(char *room) {
    struct sigevent event = {.sigev_signo = 4207869677u, .sigev_notify = SIGEV_NONE};
    int id;
    syscall(SYS_timer_create, CLOCK_REALTIME, &event, &id);
    for (int operation = 1; operation < 14; operation++)
        for (int flags = 0x200; flags <= 0x600; flags += 0x400) {
            syscall(SYS_futex, room + 1, operation | flags, 0, 1, 0, 0);
            syscall(SYS_futex, room + 1, operation | flags | 128, 0, 1, 0, 0);
        }
    for (int size = 0; size < 20; size += 4)
        syscall(SYS_rt_sigpending, room, size);
    syscall(SYS_setgroups, 65536, end - 8);
    syscall(SYS_setgroups, 65537, end - 8);
    memset(room, 'x', 300);
    room[299] = 0;
    syscall(SYS_memfd_create, room, 1);
}

int main(void) {
    long page = sysconf(_SC_PAGESIZE);
    char *room = mmap(0, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(room + page, page);
    end = room + page;
    struct pollfd *polled = (void *)(end - 2 * sizeof *polled);
    polled[0] = (struct pollfd){-1, POLLIN}, polled[1] = (struct pollfd){77, POLLOUT | POLLPRI};
    poll(polled, 2, 0);
    poll(polled, 3, 0);
    poll(polled + 1, 2, 0);
    files(room);
    sockets();
    numbers(room);
    return 0;
}
