// dup, fcntl, flock, close_range.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    dup(fd);
    dup2(fd, 10);
    dup3(fd, 11, O_CLOEXEC);
    dup3(fd, fd, 0);
    dup(-1);
    fcntl(fd, F_DUPFD, 20);
    fcntl(fd, F_DUPFD_CLOEXEC, 21);
    fcntl(fd, F_GETFD);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_GETFD);
    fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
    fcntl(fd, F_GETFL);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 1, .l_len = 2};
    fcntl(fd, F_SETLK, &lock);
    fcntl(fd, F_GETLK, &lock);
    lock.l_type = F_UNLCK;
    lock.l_pid = 0;
    fcntl(fd, F_SETLKW, &lock);
    fcntl(fd, F_OFD_SETLK, &lock);
    lock.l_type = F_RDLCK;
    fcntl(fd, F_OFD_GETLK, &lock);
    fcntl(fd, F_SETLK, 0);
    fcntl(fd, F_SETOWN, 0);
    fcntl(fd, F_GETOWN);
    struct f_owner_ex owner = {F_OWNER_TID, 0};
    fcntl(fd, F_SETOWN_EX, &owner);
    fcntl(fd, F_GETOWN_EX, &owner);
    fcntl(fd, F_SETSIG, SIGIO);
    fcntl(fd, F_GETSIG);
    fcntl(fd, F_GETLEASE);
    fcntl(fd, F_SETLEASE, F_RDLCK);
    fcntl(fd, F_NOTIFY, DN_CREATE);
    unsigned long long hint = 2;
    fcntl(fd, F_GET_RW_HINT, &hint);
    int memory = memfd_create("sealed", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    fcntl(memory, F_GET_SEALS);
    int ends[2];
    pipe2(ends, O_NONBLOCK | O_CLOEXEC);
    fcntl(ends[0], F_GETPIPE_SZ);
    fcntl(ends[0], F_SETPIPE_SZ, 8192);
    fcntl(-1, F_GETFD);
    fcntl(fd, 77, 5);
    flock(fd, LOCK_EX | LOCK_NB);
    flock(fd, LOCK_UN);
    syscall(SYS_close_range, 10, 30, 0);
    syscall(SYS_close_range, 10, -1, 4);
    close(-1);
    return 0;
}
