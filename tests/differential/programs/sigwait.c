// Signals that are waited for: sigtimedwait, signalfd.
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    siginfo_t info;
    struct timespec time = {0, 10000000};
    sigtimedwait(&set, &info, &time);
    raise(SIGUSR1);
    sigtimedwait(&set, &info, &time);
    raise(SIGUSR2);
    sigwaitinfo(&set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    signalfd(fd, &set, 0);
    struct signalfd_siginfo got;
    read(fd, &got, sizeof got);
    signalfd(-1, &set, 99);
    return 0;
}
