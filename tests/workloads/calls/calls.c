// What the benchmarks trace: calls [bare|files|threads|manyN|forks|service|computing] COUNT [wait|loop]. Prints the seconds
// that COUNT calls took (service: answers; forks: processes). In manyN, one of N threads makes the calls. With `wait`, the
// threads exist from the start, and begin when a line is read. With `loop` (threads, service, computing), they run for ever,
// and the program prints the seconds for each COUNT.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <signal.h>
#include <unistd.h>

enum { THREADS = 4, MOST = 10000, CONNECTIONS = 4 };

static long count;
static int forever;
static pthread_barrier_t begin;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void bare(void) {
    for (long i = 0; i < count; i++) syscall(SYS_getppid);
}

static void files(long calls) {
    char buffer[64];
    struct stat status;
    for (long i = 0; i < calls / 4; i++) {
        int fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, buffer, sizeof buffer) < 0 || fstat(fd, &status) < 0) exit(1);
        close(fd);
    }
}

static void *thread(void *unused) {
    do {
        pthread_barrier_wait(&begin);
        files(count / THREADS);
        if (forever) pthread_barrier_wait(&begin);
    } while (forever);
    return unused;
}

// Sleeps until the program ends.
static void *idle(void *unused) {
    pthread_barrier_wait(&begin);
    for (;;) pause();
    return unused;
}

static void forks(void) {
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) exit(1);
        if (!child) _exit(0);
        if (waitpid(child, NULL, 0) != child) exit(1);
    }
}

static void *client(void *connection) {
    int fd = *(int *)connection;
    char buffer[64] = "ping";
    for (long i = 0; forever || i < count / CONNECTIONS; i++)
        if (write(fd, buffer, sizeof buffer) < 0 || read(fd, buffer, sizeof buffer) <= 0) break;
    close(fd);
    return NULL;
}

// The clients are in another process, which is not traced: it is forked without -f, or not attached to.
static int pairs[CONNECTIONS][2];
static pid_t clients(int start) {
    pid_t child = fork();
    if (child) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pthread_t threads[CONNECTIONS];
    char line;
    for (int i = 0; i < CONNECTIONS; i++) close(pairs[i][0]);
    if (read(start, &line, 1) != 1) _exit(1);
    for (int i = 0; i < CONNECTIONS; i++) pthread_create(&threads[i], NULL, client, &pairs[i][1]);
    for (int i = 0; i < CONNECTIONS; i++) pthread_join(threads[i], NULL);
    _exit(0);
}

static volatile unsigned long sink;
static void compute(long turns) {
    for (long i = 0; i < turns; i++) sink += i;
}

// How many iterations take 20 us.
static long turns(void) {
    double least = 1;
    for (int i = 0; i < 20; i++) {
        double from = now();
        compute(100000);
        double took = now() - from;
        if (took < least) least = took;
    }
    return 100000 * 20e-6 / least;
}

static void serve(long each) {
    long answers = 0;
    double from = now();
    int poll = epoll_create1(0), open_ones = CONNECTIONS;
    for (int i = 0; i < CONNECTIONS; i++) {
        struct epoll_event event = {EPOLLIN, {.fd = pairs[i][0]}};
        epoll_ctl(poll, EPOLL_CTL_ADD, pairs[i][0], &event);
    }
    while (open_ones) {
        struct epoll_event ready[CONNECTIONS];
        int some = epoll_wait(poll, ready, CONNECTIONS, -1);
        for (int i = 0; i < some; i++) {
            char buffer[64];
            ssize_t size = read(ready[i].data.fd, buffer, sizeof buffer);
            if (size <= 0) {
                close(ready[i].data.fd);
                open_ones--;
                continue;
            }
            if (each) compute(each);
            if (write(ready[i].data.fd, buffer, size) < 0) exit(1);
            if (forever && ++answers % count == 0) {
                double to = now();
                printf("%.6f\n", to - from);
                from = to;
            }
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    const char *kind = argv[1];
    int several = !strcmp(kind, "threads"), many = !strncmp(kind, "many", 4) ? atoi(kind + 4) : 0, service = !strcmp(kind, "service"), computing = !strcmp(kind, "computing");
    long each = computing ? turns() : 0;
    int start[2];
    char line[8];
    count = atol(argv[2]);
    forever = argc > 3 && !strcmp(argv[3], "loop");
    if (count <= 0 || many < 0 || many > MOST || (forever && !several && !service && !computing)) return 2;
    setlinebuf(stdout);
    static pthread_t threads[MOST];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    pthread_barrier_init(&begin, NULL, many ? many : THREADS + 1);
    pid_t child = 0;
    if (service || computing) {
        if (pipe(start)) return 1;
        for (int i = 0; i < CONNECTIONS; i++)
            if (socketpair(AF_UNIX, SOCK_STREAM, 0, pairs[i])) return 1;
        child = clients(start[0]);
        for (int i = 0; i < CONNECTIONS; i++) close(pairs[i][1]);
    }
    if (many) {
        for (int i = 0; i < many - 1; i++)
            if (pthread_create(&threads[i], &small, idle, NULL)) return 1;
        pthread_barrier_wait(&begin);
    }
    double from = now();
    if (several)
        for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, thread, NULL);
    if (argc > 3 && !forever) {
        if (read(0, line, sizeof line) <= 0) return 1;
        from = now();
    }
    if (several) {
        pthread_barrier_wait(&begin);
        while (forever) {
            pthread_barrier_wait(&begin);
            printf("%.6f\n", now() - from);
            from = now();
            pthread_barrier_wait(&begin);
        }
        for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    } else if (child) {
        if (write(start[1], "x", 1) != 1) return 1;
        serve(each);
    } else if (!strcmp(kind, "forks")) {
        forks();
    } else if (!strcmp(kind, "bare")) {
        bare();
    } else {
        files(count);
    }
    printf("%.6f\n", now() - from);
    if (child) waitpid(child, NULL, 0);
    return 0;
}
