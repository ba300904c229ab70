// Enters namespaces in every possible way. Without permission, every call fails.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char stack[65536];

static int child(void *unused) {
    usleep(50000);
    return 0;
}

static void cloned(int flags) {
    int pid = clone(child, stack + sizeof stack, flags | SIGCHLD, NULL);
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

int main(void) {
    int names = open("/proc/self/ns/uts", O_RDONLY);
    cloned(CLONE_NEWUTS | CLONE_NEWNET);
    cloned(CLONE_FILES);
    cloned(CLONE_NEWCGROUP);
    struct clone_args args;
    memset(&args, 0, sizeof args);
    args.flags = CLONE_NEWPID | CLONE_NEWUSER;
    args.exit_signal = SIGCHLD;
    int pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid == 0) {
        // Its child is process 2 in its namespace, and has another id in the tracer's.
        cloned(CLONE_NEWUTS);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
    pid = vfork();
    if (pid == 0)
        _exit(0);
    waitpid(pid, NULL, 0);
    unshare(0);
    unshare(CLONE_NEWUTS);
    unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWNET | CLONE_NEWTIME | CLONE_NEWPID);
    unshare(CLONE_FILES);
    unshare(0x40);
    setns(names, 0);
    setns(names, CLONE_NEWUTS);
    setns(names, CLONE_NEWNET);
    setns(-1, 0);
    setns(syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWUTS | CLONE_NEWNET);
    return 0;
}
