// vfork: the parent waits until the child has exec'd or exited.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc > 1)
        return 5;
    // Otherwise its signal could arrive at any point of what the parent does.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, 0);
    int status;
    if (vfork() == 0) {
        execl("./missing", "missing", (char *)0);
        _exit(127);
    }
    wait(&status);
    if (vfork() == 0) {
        execl(argv[0], argv[0], "child", (char *)0);
        _exit(127);
    }
    wait(&status);
    return 0;
}
