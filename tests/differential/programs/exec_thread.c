// A thread other than the leader execs a program, while the leader waits.
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
    // The next line depends on whether the tracer already knows that there are two threads.
    usleep(60000);
    pause();
    return 0;
}
