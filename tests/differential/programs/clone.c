// clone and clone3 with flags of many kinds.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// From linux/sched.h, which cannot be included together with sched.h.
struct clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

// Late enough that the parent is waiting; otherwise the signal may arrive before or after the wait begins.
static int child(void *arg) {
    usleep(30000);
    return *(int *)arg;
}

int main(void) {
    int status, tid, seven = 7;
    char *stack = aligned_alloc(4096, 65536);
    clone(child, stack + 65536, CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD, &seven);
    wait(&status);
    clone(child, stack + 65536, CLONE_PARENT_SETTID | SIGUSR1, &seven, &tid);
    waitpid(-1, &status, __WCLONE);
    struct clone_args args = {.flags = CLONE_CHILD_SETTID, .child_tid = (uintptr_t)&tid, .exit_signal = SIGCHLD};
    if (syscall(SYS_clone3, &args, sizeof args) == 0)
        _exit(child(&seven));
    wait(&status);
    int pidfd = -1;
    struct clone_args more = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD};
    if (syscall(SYS_clone3, &more, 64) == 0)
        _exit(child(&seven));
    wait(&status);
    syscall(SYS_clone3, &args, 8);
    syscall(SYS_clone3, 0, sizeof args);
    args.flags = 0xffffffff00000000;
    syscall(SYS_clone3, &args, sizeof args);
    syscall(SYS_clone, CLONE_IO | CLONE_THREAD, 0, 0, 0, 0);
    unshare(CLONE_FILES);
    unshare(0x12345);
    syscall(SYS_setns, -1, CLONE_NEWNET);
    return 0;
}
