// Reading and writing at an offset, and with several buffers at once.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    char one[8], two[64];
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    struct iovec out[3] = {{"0123456789", 10}, {"", 0}, {"abc\n", 4}};
    writev(fd, out, 3);
    pwritev(fd, out, 2, 5);
    pwritev2(fd, out, 1, -1, RWF_DSYNC);
    struct iovec in[3] = {{one, sizeof one}, {two, sizeof two}, {0, 0}};
    lseek(fd, 0, SEEK_SET);
    readv(fd, in, 3);
    readv(fd, in, 3);
    preadv(fd, in, 2, 1);
    preadv2(fd, in, 2, 1, RWF_HIPRI);
    preadv2(fd, in, 2, 1, 0x1000);
    pwrite(fd, "at the place", 12, 100);
    pread(fd, two, sizeof two, 98);
    pread(fd, two, 4, 1000);
    pread(fd, two, 4, -1);
    struct iovec bad[3] = {{"good", 4}, {(void *)1, 5}, {0, 6}};
    writev(fd, bad, 3);
    writev(fd, bad + 1, 2);
    writev(fd, (void *)16, 2);
    writev(fd, 0, 2);
    writev(fd, out, 0);
    struct iovec many[40];
    for (int i = 0; i < 40; i++)
        many[i] = out[0];
    writev(fd, many, 40);
    readv(-1, in, 2);
    return 0;
}
