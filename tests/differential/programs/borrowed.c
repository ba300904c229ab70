// Descriptors that are taken from another process, which is this one itself.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int made = socket(AF_UNIX, SOCK_STREAM, 0), process = syscall(SYS_pidfd_open, getpid(), 0);
    syscall(SYS_pidfd_getfd, process, made, 0);
    syscall(SYS_pidfd_getfd, process, 0, 0);
    int null = open("/dev/null", O_RDWR);
    syscall(SYS_pidfd_getfd, process, null, 0);
    syscall(SYS_pidfd_getfd, process, 77, 0);
    syscall(SYS_pidfd_getfd, made, null, 0);
    return 0;
}
