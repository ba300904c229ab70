// Ids of processes, groups and sessions in every call that has them, in a separate PID namespace, unless the argument is
// "here".
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void nothing(int signal) {
}

static void ids(void) {
    int ready[2], tid;
    char byte;
    siginfo_t info;
    signal(SIGUSR1, nothing);
    getpid();
    syscall(SYS_gettid);
    getppid();
    setpgid(0, 0);
    syscall(SYS_getpgrp);
    getpgid(getpid());
    getsid(getpid());
    kill(getpid(), SIGUSR1);
    kill(30001, 0);
    syscall(SYS_tgkill, getpid(), getpid(), 0);
    syscall(SYS_tkill, getpid(), 0);
    pipe(ready);
    int child = fork();
    if (!child) {
        setpgid(0, 0);
        write(ready[1], "x", 1);
        for (;;)
            pause();
    }
    read(ready[0], &byte, 1);
    getpgid(child);
    getsid(child);
    setpgid(child, child);
    kill(child, 0);
    kill(-child, 0);
    getpriority(PRIO_PROCESS, child);
    getpriority(PRIO_PGRP, child);
    setpriority(PRIO_PROCESS, child, 0);
    prctl(PR_SET_PTRACER, child, 0, 0, 0);
    sched_getscheduler(child);
    fcntl(ready[0], F_SETOWN, child);
    fcntl(ready[0], F_GETOWN_EX, &(struct f_owner_ex){0});
    fcntl(ready[0], F_SETOWN_EX, &(struct f_owner_ex){F_OWNER_PGRP, child});
    int descriptor = syscall(SYS_pidfd_open, child, 0);
    // By now it is in pause.
    usleep(50000);
    kill(child, SIGKILL);
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    waitid(P_PGID, child, &info, WEXITED | WNOWAIT);
    waitid(P_PIDFD, descriptor, &info, WEXITED | WNOWAIT);
    wait4(child, NULL, 0, NULL);
    wait4(-1, NULL, 0, NULL);
    child = syscall(SYS_clone, CLONE_PARENT_SETTID | SIGCHLD, 0, &tid, 0, 0);
    if (!child)
        for (;;)
            pause();
    usleep(50000);
    kill(child, SIGKILL);
    wait4(child, NULL, 0, NULL);
    syscall(SYS_set_tid_address, NULL);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        ids();
        return 0;
    }
    unshare(CLONE_NEWPID);
    if (!fork()) {
        ids();
        exit(0);
    }
    wait(NULL);
    return 0;
}
