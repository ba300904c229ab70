// Edge cases of processes and signals, one line each. The output must be the same with and without a tracer.
// With an argument, it begins when it reads a line.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int handled, chld;
static void handle(int signal) { signal == SIGCHLD ? chld++ : handled++; }

static void on(int signal, int flags) {
    struct sigaction action = {.sa_handler = handle, .sa_flags = flags};
    sigaction(signal, &action, NULL);
}

static long ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void status(const char *name, pid_t child) {
    int status = -1;
    pid_t got = waitpid(child, &status, 0);
    printf("%s: mine %d exited %d signal %d\n", name, got == child, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

static void pause_ms(long ms) {
    struct timespec span = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&span, &span)) {}
}

static void *exit_later(void *unused) {
    pause_ms(60);
    _exit(6);
    return unused;
}

static void *execute(void *unused) {
    execl("/proc/self/exe", "corners", "done", "7", NULL);
    _exit(1);
    return unused;
}

static pid_t sender(pid_t to, int signal, long after) {
    pid_t child = fork();
    if (!child) {
        pause_ms(after);
        kill(to, signal);
        _exit(0);
    }
    return child;
}

static int filtered(unsigned action) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, action),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog all = {sizeof program / sizeof *program, program};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all)) return 100;
    errno = 0;
    return syscall(SYS_getsid, 0) == -1 ? errno : 0;
}

int main(int argc, char **argv) {
    char line[8];
    int ends[2], state = 0;
    pid_t child;
    if (argc > 2) return atoi(argv[2]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1) {
        puts("ready");
        if (read(0, line, sizeof line) <= 0) return 1;
    }
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    on(SIGCHLD, SA_RESTART);

    if (!(child = vfork())) _exit(3);
    status("vfork", child);
    if (!(child = fork())) raise(SIGTERM);
    status("killed by itself", child);
    if (!(child = fork())) *(volatile int *)8 = 1;
    status("a fault", child);

    on(SIGUSR1, 0);
    child = sender(getpid(), SIGUSR1, 40);
    struct timespec span = {5, 0}, left = {0, 0};
    int result = nanosleep(&span, &left);
    printf("nanosleep: %d %d left %d handled %d\n", result, errno, left.tv_sec >= 4, handled);
    status("sender", child);
    child = sender(getpid(), SIGUSR1, 40);
    result = poll(NULL, 0, 5000);
    printf("poll: %d %d handled %d\n", result, errno, handled);
    status("sender", child);
    on(SIGUSR1, SA_RESTART);
    if (pipe(ends)) return 1;
    child = sender(getpid(), SIGUSR1, 40);
    pid_t writer = fork();
    if (!writer) {
        pause_ms(120);
        _exit(write(ends[1], "x", 1) != 1);
    }
    result = read(ends[0], line, 1);
    printf("read, restarted: %d handled %d\n", result, handled);
    status("sender", child);
    status("writer", writer);

    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, &old);
    child = sender(getpid(), SIGUSR2, 20);
    siginfo_t info;
    result = sigwaitinfo(&set, &info);
    printf("sigwaitinfo: %d from the sender %d code %d\n", result, info.si_pid == child, info.si_code);
    status("sender", child);

    long from = ms();
    if (!(child = fork())) {
        struct timespec span = {0, 800000000};
        _exit(nanosleep(&span, NULL) ? 9 : ms() - from >= 790 ? 10 : 11);
    }
    pause_ms(50);
    kill(child, SIGSTOP);
    waitpid(child, &state, WUNTRACED);
    printf("stopped: %d %d\n", WIFSTOPPED(state), WIFSTOPPED(state) ? WSTOPSIG(state) : 0);
    kill(child, SIGCONT);
    waitpid(child, &state, WCONTINUED);
    printf("continued: %d\n", WIFCONTINUED(state));
    status("a sleep that was stopped", child);

    pthread_t thread;
    if (!(child = fork())) {
        pthread_create(&thread, NULL, exit_later, NULL);
        pthread_exit(NULL);
    }
    status("the leader exits first", child);
    if (!(child = fork())) {
        pthread_create(&thread, NULL, execute, NULL);
        for (;;) pause();
    }
    status("a thread executes", child);

    if (!(child = fork())) _exit(filtered(SECCOMP_RET_ERRNO | EDOM));
    status("seccomp, an error", child);
    if (!(child = fork())) _exit(filtered(SECCOMP_RET_TRACE));
    status("seccomp, a tracer that is not there", child);
    if (!(child = fork())) _exit(filtered(SECCOMP_RET_TRAP));
    status("seccomp, a trap", child);
    child = syscall(SYS_clone, CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0);
    if (!child) _exit(8);
    status("clone, untraced", child);

    chld = 0;
    for (int i = 0; i < 5; i++) {
        if (!(child = fork())) _exit(i);
        status("one of five", child);
    }
    printf("SIGCHLD %d\n", chld);
    void *gone = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    result = open(gone, O_RDONLY);
    printf("unreadable: %d %d\n", result, errno);
    return 42;
}
