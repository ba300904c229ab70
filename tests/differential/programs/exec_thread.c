// A thread that is not the leader executes a program, while the leader waits.
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static char *self;

static void *run(void *unused) {
    (void)unused;
    usleep(120000);
    execl(self, self, "again", (char *)0);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return 9;
    self = argv[0];
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    // Whether the tracer knows by now that there are two decides how it writes the next line.
    usleep(60000);
    pause();
    return 0;
}
