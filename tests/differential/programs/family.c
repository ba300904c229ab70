// What a program sees of its tracer: its parent, group and session, and whether it has children that it does not know.
// Printed on standard output; the trace differs every time.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int number(const char *path, const char *key) {
    char line[256];
    int found = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, key, strlen(key)))
            sscanf(line + strlen(key), " %d", &found);
    if (file)
        fclose(file);
    return found;
}

int main(void) {
    char path[64];
    // A tracer may be a thread.
    int thread = number("/proc/self/status", "TracerPid:");
    snprintf(path, sizeof path, "/proc/%d/status", thread);
    int tracer = number(path, "Tgid:"), parent = number(path, "PPid:");
    printf("traced %d, by my parent %d, by a child of mine %d, of my parent's %d\n", thread != 0,
           tracer == getppid(), parent == getpid(), parent == getppid());
    printf("its group is mine %d, its own %d\n", getpgid(tracer) == getpgrp(), getpgid(tracer) == tracer);
    printf("its session is mine %d, its own %d\n", getsid(tracer) == getsid(0), getsid(tracer) == tracer);
    printf("children %d\n", !(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD));
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    for (int signal = 1; signal < 32; signal++) {
        struct sigaction action;
        sigaction(signal, NULL, &action);
        if (sigismember(&blocked, signal) || action.sa_handler != SIG_DFL)
            printf("signal %d is not as it was\n", signal);
    }
    fflush(stdout);
    return 7;
}
