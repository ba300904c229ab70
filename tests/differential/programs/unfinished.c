// Calls that wait while another thread makes calls. Steps are 60 ms apart, so that the order is certain.
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ends[2], pair[2];

static void *reader(void *unused) {
    char buf[16];
    (void)unused;
    read(ends[0], buf, sizeof buf);
    usleep(120000);
    getppid();
    poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 1000);
    recv(pair[0], buf, sizeof buf, 0);
    return NULL;
}

int main(void) {
    pipe(ends);
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    usleep(60000);
    getppid();
    getpgid(0);
    write(ends[1], "first", 5);
    usleep(180000);
    write(ends[1], "second", 6);
    usleep(60000);
    getppid();
    send(pair[1], "third", 5, 0);
    usleep(60000);
    pthread_create(&thread, NULL, reader, NULL);
    usleep(60000);
    char buf[16];
    // The other thread dies in its call.
    syscall(SYS_exit_group, read(ends[0], buf, 0));
    return 0;
}
