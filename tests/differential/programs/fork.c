// Children that end in several ways, and the parent that waits for them.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Late enough that the parent is waiting; otherwise SIGCHLD may arrive before or after the wait begins.
static void end(int code) {
    usleep(30000);
    _exit(code);
}

int main(void) {
    int status;
    struct rusage usage;
    wait4(-1, &status, WNOHANG, 0);
    if (fork() == 0)
        end(0);
    wait4(-1, &status, 0, 0);
    pid_t child = fork();
    if (child == 0)
        end(37);
    waitpid(child, &status, __WALL);
    child = fork();
    if (child == 0) {
        usleep(30000);
        raise(SIGTERM);
    }
    wait4(child, &status, 0, &usage);
    child = fork();
    if (child == 0)
        end(3);
    siginfo_t info;
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    waitid(P_ALL, 0, &info, WEXITED);
    waitid(P_ALL, 0, &info, WEXITED | WNOHANG);
    waitid(P_PGID, 1, 0, WSTOPPED | WCONTINUED);
    wait4(-1, 0, 0, 0);
    wait4(child, &status, 0x100, 0);
    return 0;
}
