// A child is killed while it reads.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char c;
    pipe(ends);
    // Otherwise its SIGCHLD could arrive at any point of what the parent does.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, 0);
    pid_t child = fork();
    if (child == 0)
        read(ends[0], &c, 1);
    usleep(30000);
    kill(child, SIGKILL);
    usleep(30000);
    wait(0);
    child = fork();
    if (child == 0)
        pause();
    usleep(30000);
    kill(child, SIGTERM);
    usleep(30000);
    wait(0);
    return 0;
}
