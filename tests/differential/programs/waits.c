// Every kind of wait status: stopped, continued, killed, exited.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    // Otherwise its signal could arrive at any point of what the parent does.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, 0);
    int status;
    pid_t child = fork();
    if (child == 0) {
        // SIGTSTP does not stop processes of an orphaned group (signal(7)), and the tests may run in one.
        setpgid(0, 0);
        usleep(30000);
        raise(SIGSTOP);
        pause();
    }
    waitpid(child, &status, WUNTRACED);
    // Tracer and parent are notified of a stop at the same time. They see it only if it lasts for a while.
    usleep(30000);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    // The parent must see this before the next one.
    usleep(30000);
    kill(child, SIGTSTP);
    siginfo_t info;
    waitid(P_PID, child, &info, WSTOPPED);
    usleep(30000);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    kill(child, 0);
    kill(0x7ffffffe, SIGTERM);
    return 0;
}
