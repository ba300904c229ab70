// Signals: handlers, masks, sending to oneself in every way.
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void handler(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info, (void)context;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART}, old;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaddset(&action.sa_mask, SIGRTMIN + 3);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR1, NULL, &old);
    sigaction(SIGRTMIN + 1, &action, &old);
    signal(SIGHUP, SIG_IGN);
    signal(SIGHUP, SIG_DFL);
    sigset_t set, before;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, &before);
    sigdelset(&set, SIGTERM);
    sigprocmask(SIG_SETMASK, &set, NULL);
    kill(getpid(), SIGUSR1);
    sigpending(&set);
    sigprocmask(SIG_SETMASK, &before, &set);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(SIGUSR1);
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 42});
    syscall(SYS_tgkill, getpid(), getpid(), SIGWINCH);
    syscall(SYS_tkill, getpid(), SIGURG);
    syscall(SYS_rt_sigaction, 99, 0, 0, 8);
    syscall(SYS_rt_sigaction, SIGKILL, &action, 0, 8);
    syscall(SYS_rt_sigprocmask, 9, &set, 0, 8);
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8, 0, 8);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = SI_QUEUE;
    info.si_signo = SIGUSR1;
    syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info);
    syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, &info);
    static char stack[65536];
    stack_t alt = {.ss_sp = stack, .ss_size = sizeof stack}, was;
    sigaltstack(&alt, &was);
    sigaltstack(NULL, &was);
    alarm(100);
    alarm(0);
    kill(getpid(), 0);
    kill(-1, 99);
    return 0;
}
