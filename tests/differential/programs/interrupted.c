// Calls that a signal interrupts: restarted, given up, or resumed with what is left.
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static int feed;

static void handler(int signal) {
    (void)signal;
    if (feed)
        write(ends[1], "!", 1);
}

static void in_20ms(int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval timer = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void) {
    char c;
    pipe(ends);
    feed = 1;
    in_20ms(SA_RESTART);
    read(ends[0], &c, 1);
    feed = 0;
    in_20ms(0);
    read(ends[0], &c, 1);
    in_20ms(0);
    struct timespec long_time = {5, 0}, left;
    nanosleep(&long_time, &left);
    in_20ms(SA_RESTART);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, &left);
    in_20ms(0);
    pause();
    in_20ms(SA_RESTART);
    poll(NULL, 0, 5000);
    in_20ms(0);
    sigset_t set;
    sigemptyset(&set);
    sigsuspend(&set);
    // Stopped and continued in the middle: the kernel restarts the call by itself.
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) {
        usleep(20000);
        kill(getppid(), SIGSTOP);
        usleep(20000);
        kill(getppid(), SIGCONT);
        _exit(0);
    }
    struct timespec short_time = {0, 100000000};
    nanosleep(&short_time, &left);
    return 0;
}
