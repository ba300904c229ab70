// A process that is stopped as a whole, and continued.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        usleep(40000);
        kill(getppid(), SIGCONT);
        usleep(40000);
        _exit(0);
    }
    kill(getpid(), SIGSTOP);
    getppid();
    waitpid(child, 0, 0);
    return 0;
}
