// Buffers that are dumped: many, none, and some that are filled in part.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define MANY 200

int main(void) {
    static char text[MANY + 16], room[64];
    struct iovec out[MANY];
    int fd = open("/dev/null", O_WRONLY), ends[2];
    for (int i = 0; i < MANY; i++) {
        text[i] = 'a' + i % 26;
        out[i] = (struct iovec){text + i, 1 + i % 16};
    }
    writev(fd, out, MANY);
    writev(fd, out, 33);
    struct iovec some[4] = {{text, 3}, {text, 2}, {text, 0}, {text, 4}};
    writev(fd, some, 4);
    writev(fd, some + 2, 2);
    write(fd, text, 0);
    if (pipe(ends)) return 1;
    write(ends[1], text, 5);
    struct iovec in[3] = {{room, 2}, {room + 16, 2}, {room + 32, 16}};
    readv(ends[0], in, 3);
    // An array of buffers that ends where memory does, and more than four digits can count.
    char *end = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(end + 4096, 4096);
    struct iovec *last = (struct iovec *)(end + 4096) - 1;
    *last = (struct iovec){text, 3};
    writev(fd, last, 2);
    writev(fd, last, 1);
    static char much[70000];
    write(fd, much, 65537);
    return 0;
}
