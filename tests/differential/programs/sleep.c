// Clocks and timers.
#define _GNU_SOURCE
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec time = {0, 1000000}, now;
    syscall(SYS_nanosleep, &time, 0);
    clock_nanosleep(CLOCK_REALTIME, 0, &time, 0);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, 0);
    time.tv_nsec = -1;
    syscall(SYS_nanosleep, &time, &now);
    syscall(SYS_nanosleep, 0, 0);
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    syscall(SYS_clock_gettime, 99, &now);
    syscall(SYS_clock_getres, CLOCK_MONOTONIC, &now);
    struct timeval tv;
    syscall(SYS_gettimeofday, &tv, 0);
    signal(SIGUSR1, SIG_IGN);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7};
    timer_t timer;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    struct itimerspec spec = {{0, 0}, {100, 0}}, old;
    timer_settime(timer, 0, &spec, &old);
    timer_getoverrun(timer);
    timer_delete(timer);
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    timerfd_settime(fd, 0, &soon, &old);
    usleep(5000);
    unsigned long long ticks;
    read(fd, &ticks, sizeof ticks);
    timerfd_gettime(fd, &old);
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &soon, 0);
    struct itimerval real = {{0, 0}, {50, 0}};
    setitimer(ITIMER_REAL, &real, 0);
    struct itimerval zero = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &zero, 0);
    getitimer(ITIMER_VIRTUAL, &real);
    setitimer(9, &real, 0);
    return 0;
}
