// fair THREADS SECONDS: threads that make calls as fast as they can. Prints how many each of them made, the oldest first.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct { volatile long calls; char apart[120]; } threads[64];

static void *thread(void *number) {
    for (;;) {
        syscall(SYS_getppid);
        threads[(long)number].calls++;
    }
    return NULL;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 8, before[64];
    unsigned seconds = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
    for (long i = 0; i < count; i++) {
        pthread_t one;
        if (pthread_create(&one, NULL, thread, (void *)i)) return 3;
    }
    sleep(1);
    for (long i = 0; i < count; i++) before[i] = threads[i].calls;
    sleep(seconds);
    for (long i = 0; i < count; i++) printf("%ld\n", threads[i].calls - before[i]);
    fflush(stdout);
    _exit(0);
}
