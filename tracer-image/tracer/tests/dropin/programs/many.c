// many one-by-one COUNT  children, each of which ends before the next one begins
// many at-once COUNT     children that live at the same time
// many made-up COUNT     calls with numbers that no kernel has
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    long count = atol(argv[2]);
    int ends[2];
    char byte;
    if (!strcmp(argv[1], "made-up")) {
        for (long i = 0; i < count; i++) syscall(100000 + i);
        return 0;
    }
    if (pipe(ends)) return 3;
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0) return 4;
        if (child == 0) {
            close(ends[1]);
            if (!strcmp(argv[1], "at-once") && read(ends[0], &byte, 1) != 0) _exit(5);
            _exit(0);
        }
        if (!strcmp(argv[1], "one-by-one")) waitpid(child, NULL, 0);
    }
    close(ends[1]);
    while (wait(NULL) > 0) continue;
    return 0;
}
