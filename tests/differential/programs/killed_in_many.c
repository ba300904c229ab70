// Children that are killed in calls of many kinds: which of the calls are shown as unfinished.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int word, ends[2], pair[2], ready[2];

static void hang(int how) {
    char c;
    struct timespec time = {100, 0};
    struct epoll_event event;
    sigset_t set;
    sigemptyset(&set);
    fd_set fds;
    FD_ZERO(&fds);
    FD_SET(ends[0], &fds);
    struct iovec into = {&c, 1};
    struct msghdr msg = {.msg_iov = &into, .msg_iovlen = 1};
    struct sockaddr_un name = {AF_UNIX, "name"};
    int s;
    switch (how) {
    case 0: read(ends[0], &c, 1); break;
    case 1: poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, -1); break;
    case 2: epoll_wait(epoll_create1(0), &event, 1, -1); break;
    case 3: select(ends[0] + 1, &fds, NULL, NULL, NULL); break;
    case 4: syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL); break;
    case 5: syscall(SYS_nanosleep, &time, NULL); break;
    case 6: clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time); break;
    case 7: recvmsg(pair[0], &msg, 0); break;
    case 8: recv(pair[0], &c, 1, 0); break;
    case 9: wait4(-1, NULL, 0, NULL); break;
    case 10: sigtimedwait(&set, NULL, NULL); break;
    case 11: sigsuspend(&set); break;
    case 12: readv(ends[0], &into, 1); break;
    case 13: flock(ends[0], 0); pause(); break;
    case 14: fcntl(ends[0], F_SETLKW, &(struct flock){.l_type = F_RDLCK}); pause(); break;
    case 15:
        s = socket(AF_UNIX, SOCK_STREAM, 0);
        bind(s, (void *)&name, sizeof name);
        listen(s, 1);
        accept(s, NULL, NULL);
        break;
    case 16: waitid(P_ALL, 0, NULL, WEXITED); break;
    case 17: ppoll(&(struct pollfd){ends[0], POLLIN, 0}, 1, NULL, &set); break;
    case 18: for (;;) write(ends[1], "0123456789abcdef", 16); break;
    }
}

int main(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, 0);
    pipe2(ends, O_DIRECT);
    fcntl(ends[0], F_SETPIPE_SZ, 4096);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    pipe(ready);
    for (int how = 0; how <= 18; how++) {
        pid_t child = fork();
        if (child == 0) {
            // Two of them need something to wait for.
            if ((how == 9 || how == 16) && fork() == 0) {
                usleep(200000);
                _exit(0);
            }
            write(ready[1], "", 1);
            hang(how);
            _exit(1);
        }
        // On a busy machine, a child takes a while to get here.
        char c;
        read(ready[0], &c, 1);
        usleep(60000);
        kill(child, SIGKILL);
        wait(NULL);
    }
    return 0;
}
