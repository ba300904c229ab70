// The leader execs a program while another thread waits.
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static void *run(void *unused) {
    (void)unused;
    pause();
    return NULL;
}

int main(int argc, char **argv) {
    if (argc > 1)
        return 9;
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    usleep(30000);
    execl(argv[0], argv[0], "again", (char *)0);
    return 1;
}
