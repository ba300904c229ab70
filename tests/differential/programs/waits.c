// Every kind of wait status: stopped, continued, killed, exited.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    // Its signal would come at any point of what the parent does meanwhile.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, 0);
    int status;
    pid_t child = fork();
    if (child == 0) {
        // SIGTSTP does not stop the processes of an orphaned group (signal(7)), which the tests' own may be.
        setpgid(0, 0);
        usleep(30000);
        raise(SIGSTOP);
        pause();
    }
    waitpid(child, &status, WUNTRACED);
    // The tracer and the parent are told of a stop at once: it is seen before it is over only if that takes a while.
    usleep(30000);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    // It must have heard of this before it is told the next.
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
