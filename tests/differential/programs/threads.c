// Threads that start, wait for each other and end.
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static int ends[2];

static void *work(void *arg) {
    char c = *(char *)arg;
    pthread_barrier_wait(&barrier);
    write(ends[1], &c, 1);
    getppid();
    return NULL;
}

int main(void) {
    pipe(ends);
    pthread_barrier_init(&barrier, NULL, 4);
    pthread_t threads[3];
    char names[] = "abc";
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, &names[i]);
    usleep(60000);
    pthread_barrier_wait(&barrier);
    // Otherwise it would be chance whether join has to wait.
    usleep(60000);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
