// A process that is stopped as a whole, and continued.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        usleep(40000);
        // Not with kill: its return and its effect may be seen in either order. The test of the order leaves this call out.
        pid_t parent = getppid();
        syscall(SYS_tgkill, parent, parent, SIGCONT);
        usleep(40000);
        _exit(0);
    }
    kill(getpid(), SIGSTOP);
    getppid();
    waitpid(child, 0, 0);
    return 0;
}
