// Threads that exist before anybody traces them, and begin when a line comes in.
//
//   crew calls THREADS EACH   every thread makes numbered calls and checks what comes of each
//   crew exec THREADS         one of the threads executes a program, while all others wait in a call
//   crew idle THREADS         they wait
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int main(int argc, char **argv) {
    what = argv[1];
    if (!strcmp(what, "done")) return 7;
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
