// The least that a tracer can do: it stops its tracees at entry and exit of every call, and resumes them. The lower bound
// for every tracer that stops. floor [-f] [-p PID]... [COMMAND [ARGUMENT...]]
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;

static void seize(pid_t tid) {
    if (ptrace(PTRACE_SEIZE, tid, NULL, options) || ptrace(PTRACE_INTERRUPT, tid, NULL, NULL)) {
        perror("floor: PTRACE_SEIZE");
        exit(1);
    }
}

int main(int argc, char **argv) {
    pid_t attached[16], child = 0;
    int several = 0;
    int option, status, code = 0;
    // A shell starts background processes with this signal ignored.
    signal(SIGINT, SIG_DFL);
    while ((option = getopt(argc, argv, "+fp:")) != -1) {
        if (option == 'f')
            options |= PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
        else if (option == 'p' && several < 16)
            attached[several++] = atoi(optarg);
        else
            return 2;
    }
    for (int i = 0; i < several; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/task", attached[i]);
        DIR *threads = opendir(path);
        if (!threads) return 1;
        for (struct dirent *one; (one = readdir(threads));)
            if (atoi(one->d_name) > 0) seize(atoi(one->d_name));
        closedir(threads);
    }
    if (!several && optind < argc) {
        child = fork();
        if (!child) {
            raise(SIGSTOP);
            execvp(argv[optind], argv + optind);
            _exit(127);
        }
        waitpid(child, &status, WUNTRACED);
        seize(child);
        kill(child, SIGCONT);
    } else if (!several) {
        return 2;
    }
    for (pid_t tid; (tid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
        if (tid < 0) continue;
        if (!WIFSTOPPED(status)) {
            if (tid == child) code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            continue;
        }
        int signal = WSTOPSIG(status), event = status >> 16;
        int is_ours = signal == (SIGTRAP | 0x80) || event != 0;
        if (event == PTRACE_EVENT_STOP && signal != SIGTRAP)
            ptrace(PTRACE_LISTEN, tid, NULL, NULL);
        else
            ptrace(PTRACE_SYSCALL, tid, NULL, is_ours ? 0L : (long)signal);
    }
    return code;
}
