// Children that are not only the program's own: its parent's (parent), its tracer's (traced), or both; they exit, or are
// killed (second argument).
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    const char *whose = argc > 1 ? argv[1] : "traced";
    long flags = strcmp(whose, "parent") ? CLONE_PTRACE : 0;
    if (strcmp(whose, "traced"))
        flags |= CLONE_PARENT;
    int ready[2];
    pipe(ready);
    // Whoever is the child's parent: this end closes when the child has ended.
    if (syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0) == 0) {
        if (argc > 2)
            kill(getpid(), SIGUSR1);
        _exit(42);
    }
    close(ready[1]);
    char byte;
    read(ready[0], &byte, 1);
    wait(0);
    return 0;
}
