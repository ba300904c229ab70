// Directories: make, read, change to, remove.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    mkdir("one", 0755);
    mkdir("one", 0);
    mkdirat(AT_FDCWD, "one/two", 01777);
    close(creat("one/file", 0644));
    int fd = open("one", O_RDONLY | O_DIRECTORY);
    char buf[4096], path[4096];
    syscall(SYS_getdents64, fd, buf, sizeof buf);
    syscall(SYS_getdents64, fd, buf, sizeof buf);
    lseek(fd, 0, SEEK_SET);
    syscall(SYS_getdents64, fd, buf, 1);
    syscall(SYS_getdents64, -1, buf, sizeof buf);
#ifdef SYS_getdents
    syscall(SYS_getdents, fd, buf, sizeof buf);
#endif
    fchdir(fd);
    getcwd(path, sizeof path);
    getcwd(path, 1);
    openat(fd, "file", O_RDONLY);
    openat(fd, "two", O_PATH | O_DIRECTORY | O_CLOEXEC);
    openat(fd, ".", O_TMPFILE | O_RDWR, 0600);
    chdir("..");
    chdir("missing");
    rmdir("one");
    rmdir("one/two");
    unlink("one/file");
    rmdir("one");
    openat(fd, "file", O_RDONLY);
    fchdir(-1);
    chroot("missing");
    syscall(SYS_openat2, AT_FDCWD, "x", 0, 0);
    return 0;
}
