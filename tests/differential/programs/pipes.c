// Pipes, their ends, and what moves data between them.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    int a[2], b[2], n;
    pipe(a);
    pipe2(b, O_CLOEXEC);
    pipe2(b, 0x10);
    pipe((void *)8);
    write(a[1], "some data", 9);
    ioctl(a[0], FIONREAD, &n);
    tee(a[0], b[1], 100, SPLICE_F_NONBLOCK);
    splice(a[0], 0, b[1], 0, 4, SPLICE_F_MOVE | SPLICE_F_MORE);
    struct iovec vec[2] = {{"first", 5}, {"second\n", 7}};
    vmsplice(a[1], vec, 2, SPLICE_F_GIFT);
    int file = open("file", O_CREAT | O_RDWR, 0644);
    write(file, "0123456789", 10);
    off64_t offset = 2;
    splice(file, &offset, b[1], 0, 3, 0);
    splice(file, &offset, file, 0, 3, 0);
    off_t from = 1;
    sendfile(b[1], file, &from, 4);
    sendfile(b[1], file, 0, 4);
    sendfile(-1, file, &from, 4);
    int copy = open("copy", O_CREAT | O_RDWR, 0644);
    loff_t in = 1, out = 0;
    copy_file_range(file, &in, copy, &out, 5, 0);
    copy_file_range(file, 0, copy, 0, 5, 0);
    copy_file_range(-1, 0, copy, 0, 5, 1);
    char buf[100];
    read(b[0], buf, sizeof buf);
    close(a[0]);
    signal(SIGPIPE, SIG_IGN);
    write(a[1], "x", 1);
    signal(SIGPIPE, SIG_DFL);
    write(a[1], "x", 1);
    return 0;
}
