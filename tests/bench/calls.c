// What is traced by bench.sh: calls [bare|files|threads] COUNT. Prints the seconds that COUNT rounds took, alone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long count;

static void bare(void) {
    for (long i = 0; i < count; i++) syscall(SYS_getppid);
}

static void *files(void *unused) {
    char buffer[64];
    struct stat status;
    for (long i = 0; i < count / 4; i++) {
        int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, buffer, sizeof buffer) < 0 || fstat(fd, &status) < 0) exit(1);
        close(fd);
    }
    return unused;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    count = atol(argv[2]);
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (!strcmp(argv[1], "bare")) {
        bare();
    } else if (!strcmp(argv[1], "files")) {
        files(NULL);
    } else {
        pthread_t threads[4];
        count /= 4;
        for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, files, NULL);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.6f\n", (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    return 0;
}
