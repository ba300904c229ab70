// Threads that exist before anybody traces them, and begin when a line comes in.
//
//   crew calls THREADS EACH   every thread makes numbered calls and checks what comes of each
//   crew exec THREADS         one of the threads executes a program, while all others wait in a call
//   crew idle THREADS         they wait
//   crew children PROCESSES   processes in place of threads, which end when the line comes in; their parent waits for them
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t begin;
static const char *what;
static long each, wrong;

static void *thread(void *number) {
    long me = (long)number;
    pthread_barrier_wait(&begin);
    if (!strcmp(what, "calls")) {
        for (long i = 0; i < each; i++)
            if (close(-(int)(me * 100000 + i)) != -1 || errno != EBADF) __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
    } else if (!strcmp(what, "exec") && me == 3) {
        usleep(50000);
        execl("/proc/self/exe", "crew", "done", "0", NULL);
        _exit(2);
    } else {
        pause();
    }
    return NULL;
}

static int children(long processes) {
    int ends[2];
    char line[8];
    if (pipe(ends)) return 3;
    for (long i = 0; i < processes; i++)
        if (fork() == 0) {
            // The parent closes the other end.
            close(ends[1]);
            if (read(ends[0], line, 1) != 0) _exit(2);
            _exit(0);
        }
    puts("ready");
    fflush(stdout);
    if (read(0, line, sizeof line) <= 0) return 4;
    close(ends[1]);
    while (wait(NULL) > 0) continue;
    return 0;
}

int main(int argc, char **argv) {
    what = argv[1];
    if (!strcmp(what, "done")) return 7;
    if (!strcmp(what, "children")) return children(atol(argv[2]));
    long threads = atol(argv[2]);
    each = argc > 3 ? atol(argv[3]) : 0;
    pthread_barrier_init(&begin, NULL, threads + 1);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 32768);
    pthread_t *all = calloc(threads, sizeof *all);
    for (long i = 0; i < threads; i++)
        if (pthread_create(&all[i], &small, thread, (void *)(i + 1))) return 3;
    char line[8];
    puts("ready");
    fflush(stdout);
    if (read(0, line, sizeof line) <= 0) return 4;
    pthread_barrier_wait(&begin);
    if (strcmp(what, "calls")) pause();
    for (long i = 0; i < threads; i++) pthread_join(all[i], NULL);
    return wrong ? 5 : 0;
}
