// Waits in several ways, with an argument for ever: a program to attach to.
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int ends[2];
    char c;
    pipe(ends);
    for (int i = 0; i < 3; i++)
        poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, argc > 1 ? 400 : 10);
    if (argc > 1)
        read(ends[0], &c, 1);
    return 0;
}
